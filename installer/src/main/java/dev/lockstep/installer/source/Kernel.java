package dev.lockstep.installer.source;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The newest kernel of a tree that has an initrd.
 *
 * @param version as in the file's name or the modules directory; may be empty where the file is
 *     just called {@code vmlinuz}
 * @param image the kernel
 * @param initrd its initial RAM disk, in which the encryption runs
 */
public record Kernel(String version, Path image, Path initrd) {
  private static final Pattern SAFE_VERSION = Pattern.compile("[A-Za-z0-9._+~-]{0,120}");
  private static final int MAX_CANDIDATES = 1000;

  /** A kernel that may lack an initrd. */
  private record Candidate(String version, Path image) {}

  /** Finds it in {@code boot/} or {@code usr/lib/modules/VERSION/}. */
  static Either<String, Kernel> find(Path root) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (Path file : regularFiles(root.resolve("boot"), "vmlinuz*")) {
      String version =
          file.getFileName().toString().substring("vmlinuz".length()).replaceFirst("^-", "");
      candidates.add(new Candidate(version, file));
    }
    for (Path directory : children(root.resolve("usr/lib/modules"), "*")) {
      regularFiles(directory, "vmlinuz")
          .forEach(file -> candidates.add(new Candidate(directory.getFileName().toString(), file)));
    }
    if (candidates.isEmpty()) {
      return Either.left(
          "%s holds no kernel: neither boot/vmlinuz* nor usr/lib/modules/*/vmlinuz is there; install a kernel package in it"
              .formatted(root));
    }
    candidates.removeIf(candidate -> !SAFE_VERSION.matcher(candidate.version()).matches());
    candidates.sort(Comparator.comparing(Candidate::version, VERSION_ORDER).reversed());
    for (Candidate candidate : candidates) {
      Option<Path> initrd = initrd(root, candidate.version());
      if (initrd.isDefined()) {
        return Either.right(new Kernel(candidate.version(), candidate.image(), initrd.get()));
      }
    }
    return Either.left(
        "%s holds a kernel but no initrd for it, and the first boot encrypts from the initrd; make one with dracut or update-initramfs"
            .formatted(root));
  }

  private static Option<Path> initrd(Path root, String version) throws IOException {
    String dash = version.isEmpty() ? "" : "-" + version;
    List<String> names =
        List.of(
            "initrd.img" + dash,
            "initrd" + dash,
            "initrd" + dash + ".img",
            "initramfs" + dash + ".img",
            "initramfs" + dash);
    List<Path> places = new ArrayList<>();
    names.forEach(name -> places.add(root.resolve("boot").resolve(name)));
    List.of("initramfs.img", "initrd")
        .forEach(
            name -> places.add(root.resolve("usr/lib/modules").resolve(version).resolve(name)));
    for (Path place : places) {
      if (isRealDirectory(place.getParent())
          && Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
        return Option.some(place);
      }
    }
    return Option.none();
  }

  private static List<Path> regularFiles(Path directory, String glob) throws IOException {
    return children(directory, glob).stream()
        .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  private static List<Path> children(Path directory, String glob) throws IOException {
    if (!isRealDirectory(directory)) {
      return List.of();
    }
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      for (Path child : stream) {
        if (children.size() < MAX_CANDIDATES) {
          children.add(child);
        }
      }
    }
    return children;
  }

  /** Not so where a symbolic link is on the way, which could lead out of the tree. */
  private static boolean isRealDirectory(Path directory) throws IOException {
    return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && directory.toRealPath().equals(directory);
  }

  /** Numbers by value, everything else by letter: 6.9 comes before 6.10. */
  static final Comparator<String> VERSION_ORDER =
      (left, right) -> {
        Matcher first = Pattern.compile("[0-9]{1,18}|[^0-9]+").matcher(left);
        Matcher second = Pattern.compile("[0-9]{1,18}|[^0-9]+").matcher(right);
        while (true) {
          boolean more = first.find();
          boolean otherMore = second.find();
          if (!more || !otherMore) {
            return Boolean.compare(more, otherMore);
          }
          int order = comparePart(first.group(), second.group());
          if (order != 0) {
            return order;
          }
        }
      };

  private static int comparePart(String left, String right) {
    boolean numbers = Character.isDigit(left.charAt(0)) && Character.isDigit(right.charAt(0));
    return numbers
        ? Long.compare(Long.parseLong(left), Long.parseLong(right))
        : left.compareTo(right);
  }
}
