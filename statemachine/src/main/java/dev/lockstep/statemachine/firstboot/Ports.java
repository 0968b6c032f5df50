package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.EventStore;
import dev.lockstep.statemachine.port.Growth;
import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.RootConfiguration;
import dev.lockstep.statemachine.port.Surroundings;
import dev.lockstep.statemachine.port.Volume;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The whole outside world of a first boot.
 *
 * @param volume opens the window of so many bytes
 * @param randomUuid for a header to be made
 */
public record Ports(
    EventStore<Event<Intent, Outcome>> journal,
    LongFunction<Volume> volume,
    BootPartition boot,
    Luks luks,
    Keys keys,
    RootConfiguration root,
    Growth growth,
    Surroundings surroundings,
    Supplier<UUID> randomUuid,
    Luks.Progress progress) {}
