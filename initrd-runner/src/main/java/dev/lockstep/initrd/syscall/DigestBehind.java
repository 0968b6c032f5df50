package dev.lockstep.initrd.syscall;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

/** Digests one chunk while the disk reads the next one into another. */
final class DigestBehind implements DirectRead.Sink {
  private static final ThreadLocal<MemorySegment> SECOND_CHUNK =
      ThreadLocal.withInitial(DirectRead::newChunk);

  private final MessageDigest digest;
  private MemorySegment reading = DirectRead.CHUNK.get();
  private MemorySegment digesting = SECOND_CHUNK.get();
  private CompletableFuture<Void> digested = CompletableFuture.completedFuture(null);

  DigestBehind(MessageDigest digest) {
    this.digest = digest;
  }

  @Override
  public MemorySegment chunk() {
    return reading;
  }

  @Override
  public void take(ByteBuffer piece) {
    digested.join(); // the order of the bytes; and the chunk before this one is free again
    digested = CompletableFuture.runAsync(() -> digest.update(piece));
    MemorySegment free = digesting;
    digesting = reading;
    reading = free;
  }

  /** Until then the digest and both chunks are in use, also where a read has failed. */
  @Override
  public void close() {
    digested.join();
  }
}
