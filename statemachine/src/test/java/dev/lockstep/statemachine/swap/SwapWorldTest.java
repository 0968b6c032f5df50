package dev.lockstep.statemachine.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.port.SwapLines;
import dev.lockstep.statemachine.port.SwapPartition;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SwapWorldTest {

  private static final int SIZE = 5 * SwapContent.END_BYTES / 2;
  private static final DiskIdentity DISK = new DiskIdentity("disk", "swap");
  private static final State<SwapPhase, SwapIntent> STAGED =
      State.in(new SwapPhase.LinesStaged(new SwapJob(DISK, 0, SIZE, SwapArea.NONE)));

  private final byte[] medium = new byte[SIZE];

  /** A partition; one that keeps byte {@code deaf} whatever is written. */
  private SwapPartition partition(int deaf) {
    return new SwapPartition() {
      @Override
      public void zero(long offsetBytes, long lengthBytes) {
        byte kept = deaf < 0 ? 0 : medium[deaf];
        Arrays.fill(medium, (int) offsetBytes, (int) (offsetBytes + lengthBytes), (byte) 0);
        if (deaf >= 0) {
          medium[deaf] = kept;
        }
      }

      @Override
      public void read(long offsetBytes, byte[] into) {
        System.arraycopy(medium, (int) offsetBytes, into, 0, into.length);
      }

      @Override
      public void write(long offsetBytes, byte[] data) {
        System.arraycopy(data, 0, medium, (int) offsetBytes, data.length);
      }

      @Override
      public boolean discard(long offsetBytes, long lengthBytes) {
        return false;
      }

      @Override
      public void scramble(long offsetBytes, int lengthBytes) {
        throw new UnsupportedOperationException("swap is zeroed");
      }

      @Override
      public void flush() {}
    };
  }

  private static final SwapLines NO_LINES =
      new SwapLines() {
        @Override
        public boolean arePossible() {
          return true;
        }

        @Override
        public Option<String> objection(Set<String> names) {
          return Option.none();
        }

        @Override
        public boolean areIn() {
          return false;
        }

        @Override
        public Digest stage(Set<String> names) {
          return Digest.of(new byte[0]);
        }

        @Override
        public void unstage() {}
      };

  private Either<Refusal, SwapOutcome> wipe(int deaf, Luks.Progress progress) throws IOException {
    Arrays.fill(medium, (byte) 'o');
    SwapPorts ports =
        new SwapPorts(
            new SwapPorts.Place(DISK, 0, SIZE, true),
            partition(deaf),
            NO_LINES,
            progress,
            SwapContent.END_BYTES,
            Goal.ENCRYPT,
            3);
    return new SwapWorld(ports).perform(STAGED, new SwapIntent.Wipe());
  }

  @Test
  void everyByteIsWipedAlsoOfASizeThatIsNoWholeNumberOfSteps() throws IOException {
    assertThat(wipe(-1, (_, _) -> true)).isEqualTo(Either.right(new SwapOutcome.Wiped()));
    assertThat(medium).containsOnly(0);
  }

  @Test
  void aStopIsHeardWhileItIsWipedAndWhileItIsReadBack() throws IOException {
    for (long stopAt : new long[] {1, SIZE, SIZE + 1L, 2L * SIZE}) {
      Refusal stopped = wipe(-1, (done, _) -> done < stopAt).getLeft();
      assertThat(stopped.kind()).isEqualTo(Refusal.Kind.SAFE_POINT);
      assertThat(stopped.kind().exitCode()).isEqualTo(10);
    }
  }

  @Test
  void aByteThatStaysIsFoundWhereverItIs() {
    for (int deaf : new int[] {0, SwapContent.END_BYTES, SIZE - 1}) {
      assertThatThrownBy(() -> wipe(deaf, (_, _) -> true))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reads back otherwise");
    }
  }
}
