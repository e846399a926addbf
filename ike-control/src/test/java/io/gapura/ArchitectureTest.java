package io.gapura;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the modules and packages may know of each other, and a few habits that a compiler does not check. */
class ArchitectureTest {
    private static final JavaClasses GAPURA = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar")).importPackages("io.gapura");

    /** What a worker runs for each packet. */
    private static final String[] PACKET_PATH = {"io.gapura.engine.ah", "io.gapura.engine.esp",
        "io.gapura.engine.packet",
        "io.gapura.engine.wire", "io.gapura.engine.worker"};

    @Test
    void seesAllThreeModules() {
        assertThat(GAPURA.contain("io.gapura.ffi.Memory")).isTrue();
        assertThat(GAPURA.contain("io.gapura.engine.Engine")).isTrue();
        assertThat(GAPURA.contain("io.gapura.ike.message.IkeMessage")).isTrue();
    }

    @Test
    void nativeBindingsKnowOnlyTheJdkAndAgrona() {
        classes().that().resideInAPackage("io.gapura.ffi..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("io.gapura.ffi..", "java..", "org.agrona..", "org.jspecify.."))
                .check(GAPURA);
    }

    @Test
    void restrictedCallsOfThePlatformAreInTheBindings() {
        noClasses().that().resideOutsideOfPackage("io.gapura.ffi..")
                .should().dependOnClassesThat().areAssignableTo(Linker.class)
                .orShould().dependOnClassesThat().areAssignableTo(SymbolLookup.class)
                .orShould().callMethodWhere(describe("reinterpret a segment", ArchitectureTest::reinterprets))
                .check(GAPURA);
    }

    private static boolean reinterprets(JavaCall<?> call) {
        return call.getTargetOwner().isAssignableTo(MemorySegment.class) && call.getName().equals("reinterpret");
    }

    @Test
    void theEngineKnowsNothingOfIkeConfigurationOrLogging() {
        classes().that().resideInAPackage("io.gapura.engine..")
                .should().onlyDependOnClassesThat(resideInAnyPackage("io.gapura.engine..", "io.gapura.ffi..",
                        "java..", "javax.crypto..", "org.agrona..", "org.jctools..", "org.jspecify.."))
                .check(GAPURA);
    }

    @Test
    void ikeKnowsNeitherTheEngineNorTheGatewayAroundIt() {
        noClasses().that().resideInAPackage("io.gapura.ike..")
                .should().dependOnClassesThat().resideInAnyPackage("io.gapura.engine..", "io.gapura.ffi..",
                        "io.gapura.gateway..")
                .check(GAPURA);
    }

    @Test
    void headersAndPoliciesAreUnderstandableAlone() {
        onlyKnows("io.gapura.engine.wire", "io.gapura.ffi");
        onlyKnows("io.gapura.engine.spd", "io.gapura.ffi", "io.gapura.engine.wire");
        onlyKnows("io.gapura.engine.packet", "io.gapura.ffi");
        onlyKnows("io.gapura.engine.route", "io.gapura.ffi..", "io.gapura.engine.port", "io.gapura.engine.wire");
        onlyKnows("io.gapura.ike.message");
    }

    private static void onlyKnows(String owner, String... known) {
        List<String> allowed = new ArrayList<>(List.of(owner, "java..", "org.jspecify.."));
        allowed.addAll(List.of(known));
        classes().that().resideInAPackage(owner)
                .should().onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new))).check(GAPURA);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.gapura.ffi.(*)..").should().beFreeOfCycles().check(GAPURA);
        slices().matching("io.gapura.engine.(*)..").should().beFreeOfCycles().check(GAPURA);
        slices().matching("io.gapura.ike.(*)..").should().beFreeOfCycles().check(GAPURA);
        slices().matching("io.gapura.gateway.(*)..").should().beFreeOfCycles().allowEmptyShould(true).check(GAPURA);
    }

    /** Attack case E9: whoever turns the clock changes nothing, but for how long certificates are valid. */
    @Test
    void ikeIsToldTheTime() {
        noClasses().that().resideInAPackage("io.gapura.ike..")
                .and().resideOutsideOfPackage("io.gapura.ike.net..")
                .should().callMethod(System.class, "nanoTime").orShould().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(Instant.class, "now")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock").check(GAPURA);
    }

    @Test
    void thePacketPathUsesNothingThatAllocatesByHabitOrBlocks() {
        noClasses().that().resideInAnyPackage(PACKET_PATH)
                .should().dependOnClassesThat().resideInAnyPackage("java.util.stream", "java.util.regex",
                        "java.util.concurrent.locks", "java.text")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Optional")
                .orShould().callMethodWhere(describe("format a string", ArchitectureTest::formats))
                .check(GAPURA);
        methods().that().areDeclaredInClassesThat().resideInAnyPackage(PACKET_PATH)
                .should().notHaveModifier(JavaModifier.SYNCHRONIZED).check(GAPURA);
    }

    private static boolean formats(JavaCall<?> call) {
        return call.getTargetOwner().isEquivalentTo(String.class)
                && (call.getName().equals("format") || call.getName().equals("formatted"));
    }

    @Test
    void onlyTheCommandLineWritesToStandardStreams() {
        noClasses().that().resideOutsideOfPackage("io.gapura.gateway..").should(ACCESS_STANDARD_STREAMS)
                .check(GAPURA);
        noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging").check(GAPURA);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses().that().doNotHaveSimpleName("BpfHelper") // the kernel's word for what a BPF program may call
                .should().haveNameMatching(".*(Impl|Utils?|Helper|Manager|Info|Data)$").check(GAPURA);
        methods().that().areDeclaredInClassesThat().doNotImplement("picocli.CommandLine$IVersionProvider")
                .should().haveNameNotMatching("get[A-Z].*").check(GAPURA);
    }

    @Test
    void classesAreFinalUnlessMadeForInheritance() {
        classes().that(describe("are concrete", ArchitectureTest::isConcrete))
                .should().haveModifier(JavaModifier.FINAL).check(GAPURA);
    }

    private static boolean isConcrete(JavaClass type) {
        return !type.isInterface() && !type.isEnum() && !type.isAnonymousClass()
                && !type.getModifiers().contains(JavaModifier.ABSTRACT);
    }

    @Test
    void everyPackageIsNullMarked() {
        GAPURA.getPackage("io.gapura").traversePackageTree(found -> !found.getClasses().isEmpty(),
                (JavaPackage found) -> assertThat(found.isAnnotatedWith(NullMarked.class))
                        .as(found.getName()).isTrue());
    }
}
