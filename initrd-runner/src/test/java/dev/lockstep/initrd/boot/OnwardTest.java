package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.machine.Refusal.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OnwardTest {

  @ParameterizedTest(name = "exit code {0}, encrypted {1}, plain {2}: {3}")
  @CsvSource({
    "0, true, false, ENCRYPTED",
    "1, true, false, STOP", // the next run goes on with it, as the first boot's own
    "0, false, true, IN_THE_CLEAR", // undone
    "13, false, true, IN_THE_CLEAR",
    "12, false, true, IN_THE_CLEAR",
    "11, false, true, STOP", // a head that can't be told from a plain one with our eyes
    "20, false, true, STOP",
    "10, false, false, STOP", // in the midst
    "1, false, false, STOP",
    "0, false, false, STOP"
  })
  void whatMayBeMountedGoesByTheRunAndByTheDisk(
      int code, boolean encrypted, boolean plain, Onward expected) {
    assertThat(Onward.after(code, encrypted, plain)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void whereNoLookIsPossibleOnlyADiskThatIsNotOursIsLeftToItsMount(Kind kind) {
    assertThat(Onward.unseen(kind) == Onward.IN_THE_CLEAR).isEqualTo(kind == Kind.PREFLIGHT);
  }

  @Test
  void theCodesAreThoseOfTheCommandLine() {
    assertThat(Kind.NEEDS_PERSON.exitCode()).isEqualTo(11);
    assertThat(Kind.JOURNAL.exitCode()).isEqualTo(20);
  }
}
