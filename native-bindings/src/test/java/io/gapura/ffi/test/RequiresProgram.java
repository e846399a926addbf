package io.gapura.ffi.test;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test that runs programs: skipped, or failed, where one is absent, as by {@link RequiresLibrary}. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ProgramCondition.class)
public @interface RequiresProgram {
    /** The programs' names, to be found in PATH. */
    String[] value();
}
