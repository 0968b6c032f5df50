package dev.lockstep.statemachine.firstboot;

/** What a volume is to the machine that it belongs to. */
public enum Role {
  /** It is booted from: its boot entry asks for the encryption, and opens the volume afterwards. */
  ROOT,
  /**
   * It is opened by the root's configuration. It has no boot entry of its own, so what asks for it
   * is whoever runs the root's first boot, and it is done as soon as its journal is anchored.
   */
  DATA
}
