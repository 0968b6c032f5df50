package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * One TPM command over swtpm's data socket: a connection of its own, a length check, a time limit.
 */
final class SocketExchange {
  /** Far above the slowest command (RSA key generation, some seconds under emulation). */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int HEADER_BYTES = 10;

  private SocketExchange() {}

  static byte[] exchange(Path socket, byte[] command) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer out = ByteBuffer.wrap(command);
      while (out.hasRemaining()) {
        channel.write(out);
      }
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      byte[] header = read(channel, selector, HEADER_BYTES, deadline);
      int length = ByteBuffer.wrap(header).getInt(2);
      if (length < HEADER_BYTES || length > TpmTransport.MAX_BYTES) {
        throw new IOException("The TPM announced a response of " + length + " bytes.");
      }
      byte[] response = Arrays.copyOf(header, length);
      byte[] body = read(channel, selector, length - HEADER_BYTES, deadline);
      System.arraycopy(body, 0, response, HEADER_BYTES, body.length);
      key.cancel();
      return response;
    }
  }

  private static byte[] read(SocketChannel channel, Selector selector, int count, long deadline)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      int got = channel.read(buffer);
      if (got < 0) {
        throw new IOException("The software TPM closed the connection.");
      }
      if (got == 0) {
        awaitMore(selector, deadline);
      }
    }
    return buffer.array();
  }

  private static void awaitMore(Selector selector, long deadline) throws IOException {
    long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
    if (leftMillis <= 0) {
      throw new IOException("The software TPM did not answer in " + LIMIT.toSeconds() + " s.");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted while waiting for the software TPM");
    }
    selector.select(leftMillis);
    selector.selectedKeys().clear();
  }
}
