package dev.lockstep.simulator.guest;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.tpm.ModelTpm;

/**
 * What a boot finds: three disks, each flushed on its own, and a TPM. The fault contract of each
 * stands at its head.
 *
 * @param root the root partition
 * @param boot the boot partition; {@link dev.lockstep.simulator.esp.ModelBootPartition} makes a FAT
 *     of it
 * @param journal a third one, for what the machine keeps about itself
 * @param power to be asked before anything else becomes durable, such as a key in somebody's hands
 */
public record Hardware(
    ModelDisk root, ModelDisk boot, ModelDisk journal, ModelTpm tpm, Power power) {}
