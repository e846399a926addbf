package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack C8: what is fetched, and what is not. */
class HttpFetcherTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private String base;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/good", exchange -> answer(exchange, 200, Bytes.of(1, 2, 3)));
        server.createContext("/huge", exchange -> answer(exchange, 200, Bytes.zeros((1 << 20) + 1)));
        server.createContext("/missing", exchange -> answer(exchange, 404, Bytes.of(1)));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", base + "/good");
            answer(exchange, 302, Bytes.of(1));
        });
        server.createContext("/echo", exchange -> {
            try (InputStream body = exchange.getRequestBody()) {
                answer(exchange, 200, Bytes.copyOf(body.readAllBytes()));
            }
        });
        server.createContext("/slow", this::drip);
        server.start();
    }

    private void answer(HttpExchange exchange, int status, Bytes body) throws IOException {
        asked.incrementAndGet();
        exchange.sendResponseHeaders(status, body.length());
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body.toArray());
        }
    }

    /** Begins at once and never ends. */
    private void drip(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write(1);
        exchange.getResponseBody().flush();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    @Test
    void whatIsThereIsFetched() throws IOException {
        HttpFetcher fetcher = new HttpFetcher(true);
        assertThat(fetcher.get(URI.create(base + "/good"))).isEqualTo(Bytes.of(1, 2, 3));
        assertThat(fetcher.ask(URI.create(base + "/echo"), Bytes.of(4, 5))).isEqualTo(Bytes.of(4, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/huge", "/missing", "/moved", "/slow"})
    void c8TooMuchTooSlowOrElsewhereIsNothing(String path) {
        assertThatThrownBy(() -> new HttpFetcher(true).get(URI.create(base + path))).isInstanceOf(IOException.class);
        assertThat(asked).hasValue(1); // the redirection was not followed
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://192.0.2.1/", "ldap://192.0.2.1/", "http:relative",
        "jar:file:x",
        "http://localhost:PORT/good", "http://127.0.0.1:PORT/good", "http://[::1]:PORT/good",
        "http://0.0.0.0:PORT/good",
        "http://169.254.169.254/latest/meta-data"})
    void c8OnlyOtherHostsAreAskedByHttp(String uri) {
        URI there = URI.create(uri.replace("PORT", Integer.toString(server.getAddress().getPort())));
        assertThatThrownBy(() -> new HttpFetcher().get(there)).isInstanceOf(IOException.class);
        assertThat(asked).hasValue(0);
    }
}
