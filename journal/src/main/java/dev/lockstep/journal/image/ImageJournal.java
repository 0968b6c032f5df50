package dev.lockstep.journal.image;

import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationBytes;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalScanner;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The journal inside a disk image: no mount, no root, no write. Any ext4 partition may hold it. */
public final class ImageJournal {
  /** Where the installer puts it on the boot partition. */
  public static final String FOLDER = "/lockstep/journal";

  private ImageJournal() {}

  /**
   * The journal on the first ext4 partition that has one, or on a filesystem without a partition
   * table.
   *
   * @throws IOException if there is none, or the filesystem that may hold it can't be read
   */
  public static Scan read(Path image) throws IOException {
    try (ImageFile file = ImageFile.open(image)) {
      List<ByteSource> places = new ArrayList<>(PartitionTable.read(file));
      places.add(file);
      IOException unreadable = null;
      for (ByteSource place : places) {
        try {
          Optional<Scan> scan = readFilesystem(place);
          if (scan.isPresent()) {
            return scan.get();
          }
        } catch (IOException failed) {
          unreadable = failed; // another partition may still hold it
        }
      }
      throw new IOException(
          "%s holds no journal: no ext4 partition has %s%s"
              .formatted(
                  image, FOLDER, unreadable == null ? "" : " (" + unreadable.getMessage() + ")"),
          unreadable);
    }
  }

  private static Optional<Scan> readFilesystem(ByteSource place) throws IOException {
    if (!Ext4Superblock.isAt(place)) {
      return Optional.empty();
    }
    Ext4Filesystem filesystem = Ext4Filesystem.open(place);
    Optional<Ext4Inode> folder = filesystem.find(FOLDER).filter(Ext4Inode::isFolder);
    return folder.isEmpty()
        ? Optional.empty()
        : Optional.of(readFolder(filesystem, filesystem.entries(folder.get())));
  }

  private static Scan readFolder(Ext4Filesystem filesystem, Map<String, Long> entries) {
    List<GenerationBytes> generations = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    entries.forEach(
        (name, inode) -> {
          OptionalInt generation = GenerationLayout.generationOf(name);
          if (generation.isEmpty()) {
            findings.add(new Finding.ForeignFile(name));
          } else {
            readFile(filesystem, inode, generation.getAsInt(), generations, findings);
          }
        });
    generations.sort(Comparator.comparingInt(GenerationBytes::generation));
    return JournalScanner.scan(generations, findings);
  }

  private static void readFile(
      Ext4Filesystem filesystem,
      long inode,
      int generation,
      List<GenerationBytes> generations,
      List<Finding> findings) {
    try {
      Ext4Inode file = filesystem.inode(inode);
      if (file.isFile()) {
        byte[] bytes = file.content(GenerationLayout.FILE_BYTES);
        generations.add(new GenerationBytes(generation, bytes, file.sizeBytes()));
      } else {
        findings.add(new Finding.NotAPlainFile(GenerationLayout.fileName(generation)));
      }
    } catch (IOException failed) {
      findings.add(new Finding.Unreadable(generation, 0, String.valueOf(failed.getMessage())));
      generations.add(new GenerationBytes(generation, new byte[0], 0));
    }
  }
}
