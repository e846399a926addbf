package io.gapura.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JcaSuiteTest extends AeadSuiteCases {
    @Override
    AeadSuite open() {
        return new JcaSuite();
    }

    @Override
    int vectorRounds() {
        return 200;
    }

    @Test
    void isChosenByConfiguration() throws Exception {
        try (AeadSuite suite = SuiteChoice.JDK.open()) {
            assertThat(suite).isInstanceOf(JcaSuite.class);
            assertThat(suite.description()).startsWith("JDK 25");
        }
    }

    @Test
    void isThereWhateverIsInstalled() {
        try (AeadSuite suite = SuiteChoice.preferred()) {
            assertThat(SelfTest.passes(suite)).isTrue();
        }
    }
}
