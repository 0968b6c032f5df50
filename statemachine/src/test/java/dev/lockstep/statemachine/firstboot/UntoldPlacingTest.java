package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;

import dev.lockstep.statemachine.firstboot.Fixture.Seen;
import io.vavr.control.Option;
import org.junit.jupiter.api.Test;

/** The last record rots, the one that says that the header is being placed. */
class UntoldPlacingTest {

  private static final Phase INITIALISED = new Phase.HeaderInitialised(JOB, PLACEMENT);

  private static Seen torn() {
    Seen seen = plain();
    seen.head = Option.some(TORN);
    return seen;
  }

  @Test
  void theHeaderIsPlacedAgainAndTheTornHeadNeverStaged() {
    performs(in(INITIALISED), torn(), new Intent.PlaceHeader(), Case.PLACING_UNTOLD);
  }

  /** To make keys anew would begin with staging the head anew. */
  @Test
  void keysThatAreLostChangeNothingAboutIt() {
    Seen seen = torn();
    seen.keysAreLost = true;
    performs(in(INITIALISED), seen, new Intent.PlaceHeader(), Case.PLACING_UNTOLD);
  }

  @Test
  void aHeadThatThePlainSystemWroteToIsStagedAnew() {
    Seen seen = torn();
    seen.headIsExplained = false;
    performs(in(INITIALISED), seen, new Intent.StageHead(), Case.HEAD_CHANGED);
  }
}
