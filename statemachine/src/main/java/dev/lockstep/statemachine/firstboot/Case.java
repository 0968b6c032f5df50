package dev.lockstep.statemachine.firstboot;

/**
 * Why the decider chose what it chose: one name for every agreement and disagreement of journal and
 * disk that is not a reason to stop. Each has a test that reaches it.
 */
public enum Case {
  NEXT_IN_ORDER("journal and disk agree: the next step in order"),
  NO_OUTCOME("the power went before the outcome: done again"),
  PREFLIGHT_PASSED("every check passed, nothing was written"),
  FILESYSTEM_RESIZED("the plain filesystem changed its size since preflight: checked anew"),
  CREDENTIALS_LOST("a prepared file is missing or damaged while the disk is plain: all keys anew"),
  KEYS_LOST("a key opens no more or is out of reach while the disk is plain: all keys anew"),
  TPM_GONE("the TPM is gone while the disk is plain: checked anew"),
  RECOVERY_KEY_FORGOTTEN("the recovery key went with memory before it was handed over: another"),
  HEAD_CHANGED("the plain head or its copy changed since it was staged: staged anew"),
  INITIALISED_HEADER_LOST("the initialised header's file is damaged, nothing placed: made anew"),
  HEADER_TORN("the header may be placed in part: the same bytes again"),
  PLACING_UNTOLD(
      "the head is the header in part, its copy is whole, and no record says why: placed again"),
  HEADER_FOUND_PLACED("the header was placed in full before the power went"),
  HEADER_FILE_LOST("placing was cut and its file is damaged: the head is put back"),
  HEAD_FOUND_RESTORED("the head was put back in full before the power went"),
  UNDO_ASKED("the operator wants the plain disk back, and no hot zone was written yet"),
  ENCRYPTION_ASKED_AGAIN("it was undone, and the operator wants it after all: checked anew"),
  TAKEN_OVER("a volume that the journal does not know, and a key at hand opens it: gone on with"),
  KEY_MISSING("the finished volume lacks a key that was wanted: enrolled"),
  CONVERSION_INTERRUPTED("the metadata says a conversion is under way: repaired and resumed"),
  FOUND_CONVERTED("every byte is encrypted, though no outcome says so"),
  FINISHED_NOT_FINALISED("data finished, metadata not: finalised by us, never resumed"),
  FOUND_FINALISED("the metadata is final, though no outcome says so"),
  SLOT_FOUND_GONE("the conversion key's slot is gone, though no outcome says so"),
  ENTRY_DAMAGED("the new boot entry is missing or damaged: written again"),
  ENTRY_FOUND_RETIRED("the old boot entry is gone, though no outcome says so"),
  TPM_EXCHANGED("the finished volume's TPM is gone for good, and a key is at hand: another one"),
  TPM_FOUND_ADDED("the present TPM opens the volume, though no outcome says so");

  private final String sentence;

  Case(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }
}
