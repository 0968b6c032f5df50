package dev.lockstep.statemachine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The loop's own promises, on a machine that counts to three. */
class LoopTest {

  /** Phase, intent and outcome are numbers; the world shows the number it has reached. */
  private static final class Counter implements Machine<Integer, Integer, Integer, Integer> {
    @Override
    public Integer start() {
      return 0;
    }

    @Override
    public Integer advance(Integer phase, Integer outcome) {
      return outcome;
    }

    @Override
    public boolean progressed(Integer open, Integer later) {
      return later > open;
    }

    @Override
    public Either<Refusal, Decision<Integer, Integer>> decide(
        State<Integer, Integer> state, Integer seen) {
      if (state.phase() == 3) {
        return Either.right(new Decision.Rest<>());
      }
      return seen > state.phase()
          ? Either.right(new Decision.Adopt<>(seen, "FOUND"))
          : Either.right(new Decision.Perform<>(state.phase() + 1, "NEXT"));
    }
  }

  private static final class Memory implements EventStore<Event<Integer, Integer>> {
    final List<Event<Integer, Integer>> events = new ArrayList<>();
    int failAt = Integer.MAX_VALUE;

    @Override
    public List<Event<Integer, Integer>> past() {
      return List.copyOf(events);
    }

    @Override
    public void append(Event<Integer, Integer> event) throws IOException {
      if (events.size() == failAt) {
        throw new IOException("the medium failed");
      }
      events.add(event);
    }

    @Override
    public Digest head() {
      return Digest.of(new byte[0]);
    }
  }

  private static final class Numbers implements World<Integer, Integer, Integer, Integer> {
    int reached;
    final Memory journal;
    Option<Refusal> refusal = Option.none();

    Numbers(Memory journal) {
      this.journal = journal;
    }

    @Override
    public Integer observe(State<Integer, Integer> state) {
      return reached;
    }

    @Override
    public Either<Refusal, Integer> perform(State<Integer, Integer> state, Integer intent) {
      assertThat(journal.events.getLast()).isEqualTo(new Event.Intended<>(intent, "NEXT"));
      if (refusal.isDefined()) {
        return Either.left(refusal.get());
      }
      reached = intent;
      return Either.right(intent);
    }
  }

  private final Memory journal = new Memory();
  private final Numbers world = new Numbers(journal);

  private Loop<Integer, Integer, Integer, Integer> loop(Brake<Integer, Integer> brake) {
    return new Loop<>(
        new Counter(),
        world,
        journal,
        brake,
        Witness.none(),
        new Event.BootStarted<>(new UUID(0, 1), "test"));
  }

  @Test
  void theIntentIsDurableBeforeItsEffectAndTheOutcomeAfterIt() throws IOException {
    assertThat(loop(Brake.never()).run()).isEqualTo(new Ending.Finished());
    assertThat(journal.events)
        .containsExactly(
            new Event.BootStarted<>(new UUID(0, 1), "test"),
            new Event.Intended<>(1, "NEXT"),
            new Event.Completed<>(1),
            new Event.Intended<>(2, "NEXT"),
            new Event.Completed<>(2),
            new Event.Intended<>(3, "NEXT"),
            new Event.Completed<>(3));
  }

  @Test
  void anEffectWhoseOutcomeWasLostIsAdopted() throws IOException {
    journal.events.add(new Event.Intended<>(1, "NEXT"));
    world.reached = 1;
    loop(Brake.never()).run();
    assertThat(journal.events).contains(new Event.Adopted<>(1, "FOUND"));
    assertThat(journal.events.stream().filter(new Event.Intended<>(1, "NEXT")::equals)).hasSize(1);
  }

  @Test
  void noEffectIsHadWhenItsIntentCannotBeMadeDurable() {
    journal.failAt = 1;
    assertThatThrownBy(() -> loop(Brake.never()).run()).isInstanceOf(IOException.class);
    assertThat(world.reached).isZero();
  }

  @Test
  void memoryEqualsTheFoldOfWhatIsDurable() throws IOException {
    Loop<Integer, Integer, Integer, Integer> loop = loop(Brake.never());
    loop.run();
    assertThat(loop.state()).isEqualTo(new Counter().replay(journal.past()));
  }

  @Test
  void aRunThatStopsBeforeItsFirstStepLeavesNoTrace() throws IOException {
    Refusal refusal = Refusal.preflight("NO", "no");
    assertThat(loop(_ -> Option.some(refusal)).run()).isEqualTo(new Ending.Stopped(refusal));
    assertThat(journal.events).isEmpty();
  }

  @Test
  void aRefusalAfterTheFirstStepIsPartOfTheStory() throws IOException {
    Refusal refusal = Refusal.failed("READ_BACK", "the disk may be failing");
    world.refusal = Option.some(refusal);
    assertThat(loop(Brake.never()).run()).isEqualTo(new Ending.Stopped(refusal));
    assertThat(journal.events.getLast()).isEqualTo(new Event.Stopped<>(refusal));
  }

  @Test
  void bootsAreCountedUntilThereIsProgress() throws IOException {
    Counter machine = new Counter();
    List<Event<Integer, Integer>> events = new ArrayList<>();
    for (int boot = 1; boot <= 3; boot++) {
      events.add(new Event.BootStarted<>(new UUID(0, boot), "test"));
      events.add(new Event.Intended<>(1, "NEXT"));
    }
    assertThat(machine.replay(events).boots()).isEqualTo(3);
    events.add(new Event.Intended<>(2, "NEXT"));
    assertThat(machine.replay(events).boots()).isEqualTo(1);
    events.add(new Event.Completed<>(2));
    assertThat(machine.replay(events).boots()).isZero();
  }
}
