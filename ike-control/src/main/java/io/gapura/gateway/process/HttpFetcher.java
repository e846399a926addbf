package io.gapura.gateway.process;

import io.gapura.ike.auth.Fetcher;
import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches by http and https alone, within limits of time and size, and follows nobody elsewhere. Where a certificate
 * points is its issuer's choice: this host itself and its links are out of bounds.
 */
final class HttpFetcher implements Fetcher {
    private static final long LONGEST_BYTES = 1 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final int OK = 200;

    private final boolean ownHostToo;

    HttpFetcher() {
        this(false);
    }

    /** For tests, whose servers are on this host. */
    HttpFetcher(boolean ownHostToo) {
        this.ownHostToo = ownHostToo;
    }

    @Override
    public Bytes get(URI uri) throws IOException {
        return send(request(uri).GET().build());
    }

    @Override
    public Bytes ask(URI uri, Bytes request) throws IOException {
        return send(request(uri).header("Content-Type", "application/ocsp-request")
                .header("Accept", "application/ocsp-response").POST(BodyPublishers.ofByteArray(request.toArray()))
                .build());
    }

    private HttpRequest.Builder request(URI uri) throws IOException {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw new IOException("only http and https are fetched, not " + scheme);
        }
        for (InetAddress each : InetAddress.getAllByName(uri.getHost())) {
            boolean near = each.isLoopbackAddress() || each.isLinkLocalAddress() || each.isAnyLocalAddress()
                    || each.isMulticastAddress();
            if (near && !ownHostToo) {
                throw new IOException(uri.getHost() + " is this host or one on its link");
            }
        }
        return HttpRequest.newBuilder(uri).timeout(LONGEST);
    }

    private static Bytes send(HttpRequest request) throws IOException {
        try (HttpClient client = HttpClient.newBuilder().followRedirects(Redirect.NEVER).connectTimeout(LONGEST)
                .build()) {
            CompletableFuture<HttpResponse<byte[]>> coming = client.sendAsync(request,
                    BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BYTES));
            try {
                HttpResponse<byte[]> response = coming.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
                if (response.statusCode() != OK) {
                    throw new IOException("status " + response.statusCode());
                }
                return Bytes.copyOf(response.body());
            } catch (TimeoutException e) {
                throw new IOException("no whole answer within " + LONGEST.toSeconds() + " s", e);
            } catch (ExecutionException e) {
                throw new IOException(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("given up", e);
            } finally {
                coming.cancel(true);
                client.shutdownNow();
            }
        }
    }
}
