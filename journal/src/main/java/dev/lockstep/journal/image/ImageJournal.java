package dev.lockstep.journal.image;

import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationBytes;
import dev.lockstep.journal.scan.GenerationFile;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalFiles;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.JournalScanner;
import dev.lockstep.journal.scan.RecordSink;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.ScanSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The journal inside a disk image: no mount, no root, no write. Any ext4 partition may hold it. */
public final class ImageJournal {
  /** Where the installer puts it on the boot partition. */
  public static final String FOLDER = "/lockstep/journal";

  /** Where further volumes have folders, with a journal in each. */
  private static final String VOLUMES = "/lockstep/volumes";

  private ImageJournal() {}

  /** Where the journal of a further volume is on the boot partition; the root's for none. */
  public static String folder(Optional<String> volume) {
    return volume.map(name -> VOLUMES + "/" + name + "/journal").orElse(FOLDER);
  }

  /**
   * The journal on the first ext4 partition that has one, or on a filesystem without a partition
   * table.
   *
   * @throws IOException if there is none, or the filesystem that may hold it can't be read
   */
  public static Scan read(Path image) throws IOException {
    return read(image, Optional.empty());
  }

  /** The same of a further volume's. */
  public static Scan read(Path image, Optional<String> volume) throws IOException {
    try (ImageFile file = ImageFile.open(image)) {
      return JournalScanner.collect(journalFiles(image, file, folder(volume)));
    }
  }

  /** The further volumes that have journals there, sorted; none where that can't be told. */
  public static List<String> volumes(Path image) throws IOException {
    try (ImageFile file = ImageFile.open(image)) {
      for (ByteSource place : PartitionTable.read(file)) {
        if (Ext4Superblock.isAt(place)) {
          Ext4Filesystem filesystem = Ext4Filesystem.open(place);
          Optional<Ext4Inode> folder = filesystem.find(VOLUMES).filter(Ext4Inode::isFolder);
          if (folder.isPresent()) {
            return filesystem.entries(folder.get()).keySet().stream()
                .filter(ImageJournal::isVolume)
                .sorted()
                .toList();
          }
        }
      }
      return List.of();
    } catch (IOException unreadable) {
      return List.of(); // said of the journal itself
    }
  }

  /** Whether a volume can be called so: what a hostile disk holds besides is not told. */
  public static boolean isVolume(String name) {
    return name.matches("[a-z0-9][a-z0-9_-]{0,31}");
  }

  /**
   * The same, and each record goes to {@code sink} and is forgotten: one generation is in memory at
   * a time.
   *
   * @param maxFindings more are counted only
   */
  public static ScanSummary scan(
      Path image, Optional<String> volume, RecordSink sink, int maxFindings) throws IOException {
    try (ImageFile file = ImageFile.open(image)) {
      return JournalScanner.scan(journalFiles(image, file, folder(volume)), sink, maxFindings);
    }
  }

  private static JournalFiles journalFiles(Path image, ImageFile file, String folder)
      throws IOException {
    List<ByteSource> places = new ArrayList<>(PartitionTable.read(file));
    places.add(file);
    IOException unreadable = null;
    for (ByteSource place : places) {
      try {
        Optional<JournalFiles> files = inFilesystem(place, folder);
        if (files.isPresent()) {
          return files.get();
        }
      } catch (IOException failed) {
        unreadable = failed; // another partition may still hold it
      }
    }
    throw new IOException(
        "%s holds no journal: no ext4 partition has %s%s"
            .formatted(
                image, folder, unreadable == null ? "" : " (" + unreadable.getMessage() + ")"),
        unreadable);
  }

  private static Optional<JournalFiles> inFilesystem(ByteSource place, String path)
      throws IOException {
    if (!Ext4Superblock.isAt(place)) {
      return Optional.empty();
    }
    Ext4Filesystem filesystem = Ext4Filesystem.open(place);
    Optional<Ext4Inode> folder = filesystem.find(path).filter(Ext4Inode::isFolder);
    return folder.isEmpty()
        ? Optional.empty()
        : Optional.of(inFolder(filesystem, path, filesystem.entries(folder.get())));
  }

  private static JournalFiles inFolder(
      Ext4Filesystem filesystem, String path, Map<String, Long> entries) throws IOException {
    if (entries.size() > JournalReader.MAX_NAMES) {
      throw new IOException(
          "%s in it has more than %d files".formatted(path, JournalReader.MAX_NAMES));
    }
    List<GenerationFile> generations = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    entries.forEach(
        (name, inode) -> {
          OptionalInt generation = GenerationLayout.generationOf(name);
          if (generation.isEmpty()) {
            findings.add(new Finding.ForeignFile(name));
          } else if (isOtherThanAFile(filesystem, inode)) {
            findings.add(new Finding.NotAPlainFile(name));
          } else {
            generations.add(new InImage(filesystem, inode, generation.getAsInt()));
          }
        });
    generations.sort(Comparator.comparingInt(GenerationFile::generation));
    return new JournalFiles(generations, findings);
  }

  /** False where that can't be told; reading the file will say why. */
  private static boolean isOtherThanAFile(Ext4Filesystem filesystem, long inode) {
    try {
      return !filesystem.inode(inode).isFile();
    } catch (IOException unreadable) {
      return false;
    }
  }

  private record InImage(Ext4Filesystem filesystem, long inode, int generation)
      implements GenerationFile {
    @Override
    public GenerationBytes read(int atMostBytes, Consumer<Finding> trouble) {
      try {
        Ext4Inode file = filesystem.inode(inode);
        return new GenerationBytes(generation, file.content(atMostBytes), file.sizeBytes());
      } catch (IOException failed) {
        trouble.accept(new Finding.Unreadable(generation, 0, String.valueOf(failed.getMessage())));
        return new GenerationBytes(generation, new byte[0], 0);
      }
    }
  }
}
