package dev.lockstep.statemachine.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Option;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Nothing of the head's plain copy is on the medium when its wipe is told, whoever wrote over it.
 */
class MovedSegmentTest {

  private static final int SHIFT_BYTES = 256 << 10;
  private static final long WINDOW_BYTES = 4L * SHIFT_BYTES;
  private static final Job JOB =
      new Job(
          Fixture.DISK, Fixture.FILESYSTEM, SHIFT_BYTES, WINDOW_BYTES, WINDOW_BYTES, List.of(7));
  private static final int TAIL = (int) JOB.tailOffsetBytes();

  private final byte[] head = new byte[SHIFT_BYTES];
  private final Disk disk = new Disk();

  MovedSegmentTest() {
    new Random(1).nextBytes(head);
    new Random(2).nextBytes(disk.seen); // as libcryptsetup leaves it
    System.arraycopy(disk.seen, 0, disk.medium, 0, disk.seen.length);
  }

  private Option<Refusal> wipe() throws Exception {
    Luks luks = fake(Luks.class, "headInside", head);
    Keys keys = fake(Keys.class, "recall", null);
    Ports ports = new Ports(null, _ -> disk, null, luks, keys, null, null, null, null, null);
    return new MovedSegment(ports, JOB).wipe(new byte[0], Option.none(), true);
  }

  /** Answers the one call that a wipe makes of it. */
  private static <T> T fake(Class<T> port, String call, Object answer) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, _) -> {
              assertThat(method.getName()).isEqualTo(call);
              return answer;
            }));
  }

  @Test
  void whatIsLeftOfTheCopyIsGoneFromTheMedium() throws Exception {
    disk.put(disk.seen, head, 8192);
    disk.put(disk.medium, head, 8192);
    assertThat(wipe()).isEmpty();
    assertThat(Arrays.copyOfRange(disk.medium, TAIL, TAIL + 8192)).containsOnly(0);
  }

  /** It read as overwritten until it was flushed. */
  @Test
  void anOverwritingThatNeverArrivedIsNoticedThoughNothingWasLeftToWipe() throws Exception {
    disk.put(disk.medium, head, SHIFT_BYTES);
    disk.losesWhatItHas = true;
    assertThat(wipe()).map(Refusal::code).containsExactly("READ_BACK");
  }

  /** What is seen is on the medium behind a flush, or, once, is not. */
  private static final class Disk implements Volume {
    private final byte[] medium = new byte[(int) WINDOW_BYTES];
    private final byte[] seen = new byte[(int) WINDOW_BYTES];
    private boolean losesWhatItHas;

    void put(byte[] where, byte[] head, int lengthBytes) {
      System.arraycopy(head, 0, where, TAIL, lengthBytes);
    }

    @Override
    public void read(long offsetBytes, byte[] into) {
      System.arraycopy(seen, (int) offsetBytes, into, 0, into.length);
    }

    @Override
    public void write(long offsetBytes, byte[] data) {
      System.arraycopy(data, 0, seen, (int) offsetBytes, data.length);
    }

    @Override
    public boolean discard(long offsetBytes, long lengthBytes) {
      throw new AssertionError("nothing is to be discarded");
    }

    @Override
    public void scramble(long offsetBytes, int lengthBytes) {
      throw new AssertionError("nothing is to be scrambled");
    }

    @Override
    public void flush() {
      byte[] from = losesWhatItHas ? medium : seen;
      byte[] to = losesWhatItHas ? seen : medium;
      System.arraycopy(from, 0, to, 0, from.length);
    }
  }
}
