package dev.lockstep.installer.source;

import io.vavr.control.Option;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Reads files of a source tree without ever being led out of it: an absolute link in there means
 * the tree's own root.
 */
final class TreeFiles {
  private static final int MAX_LINKS = 16;

  private TreeFiles() {}

  /** At most so many bytes of a regular file; none where there is no such file in the tree. */
  static Option<byte[]> read(Path root, String relative, int maxBytes) throws IOException {
    Option<Path> file = resolve(root, relative);
    if (file.isEmpty()) {
      return Option.none();
    }
    try (InputStream in = Files.newInputStream(file.get(), LinkOption.NOFOLLOW_LINKS)) {
      return Option.some(in.readNBytes(maxBytes));
    }
  }

  /** The regular file that this path means for whoever has the tree as its root. */
  static Option<Path> resolve(Path root, String relative) throws IOException {
    Path wanted = Path.of("/").resolve(relative).normalize();
    for (int links = 0; links <= MAX_LINKS; links++) {
      Option<Path> next = withFirstLinkFollowed(root, wanted);
      if (next.isEmpty()) {
        Path file = inTree(root, wanted);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            ? Option.some(file)
            : Option.none();
      }
      wanted = next.get();
    }
    return Option.none();
  }

  private static Option<Path> withFirstLinkFollowed(Path root, Path wanted) throws IOException {
    Path seen = Path.of("/");
    for (int part = 0; part < wanted.getNameCount(); part++) {
      Path next = seen.resolve(wanted.getName(part));
      if (Files.isSymbolicLink(inTree(root, next))) {
        Path target = seen.resolve(Files.readSymbolicLink(inTree(root, next)));
        Path rest =
            part + 1 < wanted.getNameCount()
                ? wanted.subpath(part + 1, wanted.getNameCount())
                : Path.of("");
        return Option.some(target.resolve(rest).normalize());
      }
      seen = next;
    }
    return Option.none();
  }

  private static Path inTree(Path root, Path absolute) {
    return root.resolve(Path.of("/").relativize(absolute));
  }
}
