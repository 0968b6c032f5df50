package dev.lockstep.simulator.demo;

import java.util.List;
import java.util.Optional;

/** The steps of a first boot, in their order, by the names their events have in the journal. */
public enum StoryStep {
  PREFLIGHT("", "preflight-passed", "Preflight"),
  SEAL_KEY("seal-conversion-key", "conversion-key-sealed", "Seal the conversion key"),
  PREPARE_HEADER("prepare-header", "header-prepared", "Prepare the header"),
  HAND_OVER("hand-over-recovery-key", "recovery-key-handed-over", "Hand over the recovery key"),
  PROVE_KEYS("prove-keys", "keys-proven", "Prove the keys"),
  CONFIGURE("stage-configuration", "configuration-staged", "Write crypttab"),
  STAGE_HEAD("stage-head", "head-staged", "Copy the head"),
  INITIALISE("initialise-header", "header-initialised", "Initialise the header"),
  PLACE_HEADER("place-header", "header-placed", "Place the header"),
  CONVERT("convert", "converted", "Convert"),
  FINALISE("finalise", "finalised", "Finalise"),
  WIPE("wipe-moved-segment", "moved-segment-wiped", "Wipe the plain copy"),
  CLEAR_REST("clear-rest", "rest-cleared", "Clear what lies behind"),
  GROWTH("settle-growth", "growth-settled", "Settle growth"),
  PROVE_VOLUME("prove-volume", "volume-proven", "Prove the volume"),
  RETIRE_KEY("retire-conversion-key", "conversion-key-retired", "Retire the conversion key"),
  LEFTOVERS("remove-leftovers", "leftovers-removed", "Remove leftovers"),
  ANCHOR("anchor-journal", "journal-anchored", "Anchor the journal"),
  WRITE_ENTRY("write-entry", "entry-written", "Write the boot entry"),
  RETIRE_ENTRY("retire-entry", "entry-retired", "Retire the old entry");

  private static final String FAMILY = "first-boot.";

  private final String intent;
  private final String outcome;
  private final String title;

  StoryStep(String intent, String outcome, String title) {
    this.intent = intent;
    this.outcome = outcome;
    this.title = title;
  }

  /** In words. */
  public String title() {
    return title;
  }

  /** Counted from 1. */
  public int number() {
    return List.of(values()).indexOf(this) + 1;
  }

  /** Before or after a step's effect. */
  public enum Side {
    INTENDED,
    DONE
  }

  /**
   * A place in the story.
   *
   * @param side which event of the step
   */
  public record Place(StoryStep step, Side side) implements Comparable<Place> {

    @Override
    public int compareTo(Place other) {
      int order = step.compareTo(other.step);
      return order == 0 ? side.compareTo(other.side) : order;
    }
  }

  /** Where an event stands; none for what is no step, such as the beginning of a boot. */
  public static Optional<Place> placeOf(String eventType) {
    for (StoryStep step : values()) {
      if (eventType.equals(FAMILY + "intended." + step.intent)) {
        return Optional.of(new Place(step, Side.INTENDED));
      }
      if (eventType.equals(FAMILY + "completed." + step.outcome)
          || eventType.equals(FAMILY + "adopted." + step.outcome)) {
        return Optional.of(new Place(step, Side.DONE));
      }
    }
    return Optional.empty();
  }
}
