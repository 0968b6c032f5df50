package dev.lockstep.journal.chain;

/** Signs with an Ed25519 key that it does not give away. */
public interface HeadSigner {
  Ed25519Key publicKey();

  /** 64 bytes, as RFC 8032 has them. */
  byte[] sign(byte[] message);
}
