package dev.lockstep.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the keys of every run do, whatever TPM they have. */
abstract class KeysContract {

  private static final List<Integer> PCR_7 = List.of(7);

  /** A boot of the same machine, whose firmware is as it was: memory is blank. */
  abstract Keys boot() throws Exception;

  /** The same with other Secure Boot keys. */
  abstract Keys bootOtherwise() throws Exception;

  @Test
  void whatWasSealedOpensAtTheNextBootToo() throws Exception {
    byte[] blob = boot().sealNewConversionKey(PCR_7);

    Keys later = boot();
    later.unseal(blob);
    later.recall(blob);
    assertThat(later.isLost(blob)).isFalse();
    assertThat(later.tpmCounter().filter(counter -> counter.failedTries() > 0)).isEmpty();
  }

  @Test
  void underOtherFirmwareItIsRefusedAndNothingIsLost() throws Exception {
    byte[] blob = boot().sealNewConversionKey(PCR_7);

    Keys otherwise = bootOtherwise();
    assertThatThrownBy(() -> otherwise.unseal(blob)).isInstanceOf(KeyRefused.class);
    assertThatThrownBy(() -> otherwise.recall(blob)).isInstanceOf(KeyRefused.class);

    boot().unseal(blob);
  }

  @Test
  void noTwoKeysAreSealedAlike() throws Exception {
    Keys keys = boot();
    byte[] first = keys.sealNewConversionKey(PCR_7);
    byte[] second = keys.sealNewConversionKey(PCR_7);

    assertThat(first).isNotEqualTo(second);
    keys.unseal(first);
    keys.unseal(second);
  }

  @Test
  void aNoteIsOfNoUseOnceMemoryIsGone() throws Exception {
    Keys keys = boot();
    byte[] note = keys.noteNewConversionKey();

    assertThat(keys.isLost(note)).isFalse();
    keys.unseal(note);
    assertThat(boot().isLost(note)).isTrue();
  }

  @Test
  void aNoteIsNotTheNoteOfAnotherKey() throws Exception {
    Keys keys = boot();
    byte[] first = keys.noteNewConversionKey();
    byte[] second = keys.noteNewConversionKey();

    assertThat(first).isNotEqualTo(second);
    assertThat(keys.isLost(first)).isTrue();
    assertThat(keys.isLost(second)).isFalse();
  }

  @Test
  void aDamagedBlobIsRefused() throws Exception {
    byte[] blob = boot().sealNewConversionKey(PCR_7);
    byte[] damaged = blob.clone();
    damaged[blob.length / 2] ^= 1;

    Keys later = boot();
    assertThatThrownBy(() -> later.unseal(damaged)).isInstanceOf(KeyRefused.class);
    later.unseal(blob);
  }
}
