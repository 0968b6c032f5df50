package dev.lockstep.journal.scan;

/** What is wrong with a signed head, worst first. */
public enum SignatureFault {
  UNREADABLE("its payload is not as Lockstep writes it"),
  OTHER_RECORD("it does not name the record before it"),
  OTHER_HISTORY("its root is not that of the records before it"),
  FORGED("its signature is not by the key that it names");

  private final String sentence;

  SignatureFault(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }
}
