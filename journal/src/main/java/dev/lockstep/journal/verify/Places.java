package dev.lockstep.journal.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.scan.GenerationLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the journals that arguments mean: a journal's folder, a folder of folders (every one below
 * it that holds generations), a disk or image, a pattern that the shell left alone, or {@code -}
 * for a list of these on standard input, one a line. Links below a folder are not followed.
 */
public final class Places {
  /** Deeper than any collection of journals, and shallow enough for the stack. */
  private static final int MAX_DEPTH = 64;

  private static final int MAX_PLACES = 1_000_000;
  private static final int MAX_LIST_BYTES = 64 << 20;

  private final Set<Place> found = new LinkedHashSet<>();

  private Places() {}

  /**
   * In the order of the arguments, and sorted within a folder; each once.
   *
   * @throws IOException if the list can't be read, or there are more than a million
   */
  public static List<Place> of(List<String> arguments, InputStream list) throws IOException {
    Places places = new Places();
    for (String argument : arguments) {
      if (argument.equals("-")) {
        for (String line : lines(list)) {
          places.argument(line);
        }
      } else {
        places.argument(argument);
      }
    }
    return List.copyOf(places.found);
  }

  private static List<String> lines(InputStream list) throws IOException {
    byte[] bytes = list.readNBytes(MAX_LIST_BYTES + 1);
    if (bytes.length > MAX_LIST_BYTES) {
      throw new IOException("the list of journals on standard input is longer than 64 MiB");
    }
    return new String(bytes, UTF_8).lines().filter(line -> !line.isBlank()).toList();
  }

  private void argument(String argument) throws IOException {
    try {
      Path path = Path.of(argument);
      if (Files.exists(path)) {
        existing(path);
      } else if (isPattern(argument)) {
        pattern(argument, path);
      } else {
        add(new Place.NoJournal(path.toString(), argument + " is not there"));
      }
    } catch (InvalidPathException noPath) {
      add(new Place.NoJournal(argument, "it is no path"));
    }
  }

  private void existing(Path path) throws IOException {
    if (!Files.isDirectory(path) || holdsGenerations(path)) {
      add(new Place.Journal(path));
      return;
    }
    int before = found.size();
    below(path, 0);
    if (found.size() == before) {
      add(
          new Place.NoJournal(
              path.toString(), path + " holds no journal (no genNNN.cq4 in it or below)"));
    }
  }

  private static boolean holdsGenerations(Path folder) {
    try {
      return children(folder).stream().anyMatch(Places::isGeneration);
    } catch (IOException unreadable) {
      return false; // said when the folder is gone through
    }
  }

  private void below(Path folder, int depth) throws IOException {
    try {
      List<Path> children = children(folder);
      boolean renamed =
          children.stream().noneMatch(Places::isGeneration)
              && children.stream().anyMatch(child -> child.toString().endsWith(".cq4"));
      if (renamed) { // left out without a word, a journal would be missing from the verdict
        add(new Place.NoJournal(folder.toString(), "its *.cq4 files are not named genNNN.cq4"));
      }
      for (Path child : children) {
        if (isGeneration(child)) {
          add(new Place.Journal(folder));
        } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          if (depth == MAX_DEPTH) {
            add(new Place.NoJournal(child.toString(), "it lies too deep to look into"));
          } else {
            below(child, depth + 1);
          }
        }
      }
    } catch (UnreadableFolder unreadable) {
      add(new Place.NoJournal(folder.toString(), "it can't be listed: " + unreadable.getMessage()));
    }
  }

  /** Component by component, as a shell does it: a star stops at a slash and at a leading dot. */
  private void pattern(String argument, Path pattern) throws IOException {
    Path start = pattern.isAbsolute() ? pattern.getRoot() : Path.of("");
    List<Path> matches = List.of(start);
    try {
      for (Path component : pattern) {
        List<Path> next = new ArrayList<>();
        for (Path match : matches) {
          next.addAll(matching(match, component.toString()));
        }
        matches = next;
      }
    } catch (PatternSyntaxException bad) {
      matches = List.of();
    }
    if (matches.isEmpty()) {
      add(new Place.NoJournal(pattern.toString(), "nothing matches " + argument));
    }
    for (Path match : matches) {
      existing(match);
    }
  }

  private static List<Path> matching(Path folder, String component) {
    if (!isPattern(component)) {
      Path child = folder.resolve(component);
      return Files.exists(child) ? List.of(child) : List.of();
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + component);
    try {
      return children(folder).stream()
          .filter(child -> matcher.matches(child.getFileName()))
          .filter(
              child -> component.startsWith(".") || !child.getFileName().toString().startsWith("."))
          .toList();
    } catch (UnreadableFolder noFolder) {
      return List.of();
    }
  }

  private static List<Path> children(Path folder) throws UnreadableFolder {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(children::add);
    } catch (IOException | DirectoryIteratorException failed) {
      throw new UnreadableFolder(failed);
    }
    children.sort(null);
    return children;
  }

  private static boolean isGeneration(Path path) {
    return GenerationLayout.generationOf(String.valueOf(path.getFileName())).isPresent();
  }

  private static boolean isPattern(String text) {
    return text.chars().anyMatch(character -> "*?[{".indexOf(character) >= 0);
  }

  private void add(Place place) throws IOException {
    if (found.size() == MAX_PLACES) {
      throw new IOException("more than %d journals: verify them in parts".formatted(MAX_PLACES));
    }
    found.add(place);
  }

  /** One folder that can't be listed must not stop the rest. */
  private static final class UnreadableFolder extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableFolder(Exception cause) {
      super(cause.toString(), cause);
    }
  }
}
