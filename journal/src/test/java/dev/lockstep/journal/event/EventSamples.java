package dev.lockstep.journal.event;

import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/** One event of every type there is. Any value will do: what is checked is that it comes back. */
final class EventSamples {
  private static final Job JOB =
      new Job(
          new DiskIdentity("disk", "partition"),
          new Plain("ext4", "u", 800, 10),
          100,
          1000,
          2000,
          List.of(7, 11));

  private EventSamples() {}

  /** A first boot's beginning that says it is no root's. */
  static Encoded ofDataVolume() {
    Job data =
        new Job(
            JOB.disk(),
            JOB.filesystem(),
            JOB.shiftBytes(),
            JOB.windowBytes(),
            JOB.partitionBytes(),
            JOB.pcrs(),
            JOB.slots(),
            JOB.sectorBytes(),
            Role.DATA);
    return new EventCodec<>(Family.FIRST_BOOT)
        .encode(new Event.Completed<>(new Outcome.PreflightPassed(data)));
  }

  /** In the order of their names. */
  static <I, O> List<Event<I, O>> all(Family<I, O> family) {
    List<Event<I, O>> events = new ArrayList<>();
    events.add(new Event.BootStarted<>(new UUID(3, 4), "0.1"));
    for (Class<? extends I> intent : new TreeMap<>(family.intents()).values()) {
      events.add(new Event.Intended<>(of(intent), "BECAUSE"));
    }
    for (Class<? extends O> outcome : new TreeMap<>(family.outcomes()).values()) {
      events.add(new Event.Completed<>(of(outcome)));
      events.add(new Event.Adopted<>(of(outcome), "BECAUSE"));
    }
    events.add(new Event.Stopped<>(Refusal.needsPerson("CODE", "A sentence.")));
    return events;
  }

  static <T> T of(Class<T> member) {
    try {
      RecordComponent[] components = member.getRecordComponents();
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<T> constructor = member.getDeclaredConstructor(types);
      return constructor.newInstance(
          Arrays.stream(components)
              .map(RecordComponent::getGenericType)
              .map(EventSamples::value)
              .toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(Type type) {
    if (type == Job.class) {
      return JOB;
    } else if (type == Digest.class) {
      return Digest.of(new byte[] {1});
    } else if (type == UUID.class) {
      return new UUID(1, 2);
    } else if (type == String.class) {
      return "tëxt \"quoted\" \n";
    } else if (type == long.class) {
      return Long.MAX_VALUE;
    } else if (type == int.class || type == Integer.class) {
      return Integer.MIN_VALUE;
    } else if (type == boolean.class) {
      return true;
    } else if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return List.of(value(list.getActualTypeArguments()[0]));
    } else if (type instanceof Class<?> some && some.isEnum()) {
      return some.getEnumConstants()[0];
    } else if (type instanceof Class<?> some && some.isRecord()) {
      return of(some);
    }
    throw new IllegalArgumentException("no sample of " + type);
  }
}
