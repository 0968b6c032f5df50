package dev.lockstep.simulator.disk;

/**
 * What is flushed together. A flush of one domain says nothing about the others: each has a page
 * cache of its own above the disk.
 */
public enum Domain {
  /** The root partition, through whatever window. */
  ROOT,
  /** The boot partition's filesystem: entries, kernel, prepared files. */
  BOOT,
  /** The journal's generations: each has its own open file, and only that is forced. */
  JOURNAL
}
