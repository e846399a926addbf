package io.gapura.ffi.test;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs a native library: skipped with the reason where it is absent, failed there when the system
 * property {@code gapura.require} is {@code all}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LibraryCondition.class)
public @interface RequiresLibrary {
    /** The library's name without suffix and version, such as {@code libIPSec_MB}. */
    String value();
}
