package dev.lockstep.installer.source;

import java.util.List;

/**
 * What a tree holds, as far as the filesystem for it has to know.
 *
 * @param blocks of 4 KiB for files, links and directories; a sparse file counts in full
 * @param inodes files, directories and the like; hard links count once
 * @param bootPaths everything below /boot, children before their parents: it goes to the boot
 *     partition, not into root
 * @param hasEfi whether /efi is there
 * @param hasBoot whether /boot is there
 * @param hasEtc whether /etc is there
 */
public record SourceContent(
    long blocks,
    long inodes,
    List<BootPath> bootPaths,
    boolean hasBoot,
    boolean hasEfi,
    boolean hasEtc) {
  public SourceContent {
    bootPaths = List.copyOf(bootPaths);
  }

  /**
   * A file or directory below /boot.
   *
   * @param path absolute within the tree
   * @param directory whether it is one
   */
  public record BootPath(String path, boolean directory) {}
}
