package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to help against what; that IKE says such things is shown by {@code TroublesTest}. */
class RemedyTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            the peer 192.0.2.2 does not answer IKE_SA_INIT: giving up                           | UDP 500
            the peer 192.0.2.2 does not answer IKE_AUTH: giving up                              | UDP 4500
            the peer 192.0.2.2 does not answer IKE_INTERMEDIATE: giving up                      | post_quantum: off
            the peer 192.0.2.2 does not answer INFORMATIONAL: giving up                         | dpd_action
            IKE_SA_INIT with 192.0.2.2 failed: the peer answers NO_PROPOSAL_CHOSEN to aes256    | its log says
            192.0.2.1 is refused: offered aes128-x25519; wanted aes256-x25519; encryption       | add to the proposals
            IKE_AUTH failed: the peer 192.0.2.2 answers AUTHENTICATION_FAILED                   | local.id
            IKE_AUTH failed: the peer is a.example.org, wanted b.example.org                    | write as remote.id
            the peer goes on without post-quantum pre-shared key; ppk_required: no would allow  | ppk_id
            the peer answers TS_UNACCEPTABLE                                                    | local_ts
            closed by the peer                                                                  | close_action
            something else                                                                      | the log
            """)
    void everyReasonHasOne(String reason, String help) {
        assertThat(Remedy.of(reason)).contains(help);
    }
}
