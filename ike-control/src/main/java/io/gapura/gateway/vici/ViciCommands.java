package io.gapura.gateway.vici;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What can be asked by the control socket. Called by the threads of the clients' connections. */
public interface ViciCommands {
    /** The events that a client can register for. */
    Set<String> events();

    /** Begins to answer; null if there is no such command. Fails with an exception whose message says why. */
    @Nullable
    CompletableFuture<Answer> call(String command, ViciMessage request, ViciCaller caller);

    /**
     * The answer to a command.
     *
     * @param streamed events that precede the response, for this client alone
     */
    record Answer(List<Event> streamed, ViciMessage response) {
        public Answer {
            streamed = List.copyOf(streamed);
        }

        public static Answer of(ViciMessage response) {
            return new Answer(List.of(), response);
        }
    }

    /** Something that clients hear of if they have registered for its name. */
    record Event(String name, ViciMessage body) {}
}
