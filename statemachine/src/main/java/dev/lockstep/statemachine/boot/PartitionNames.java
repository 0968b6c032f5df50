package dev.lockstep.statemachine.boot;

import io.vavr.control.Option;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All by which a line of crypttab may mean one partition, so that a line which is somebody else's
 * is found however it is written.
 *
 * @param written what stands in the partition table or on the partition: {@code PARTUUID=}, {@code
 *     /dev/disk/by-partuuid/}, {@code UUID=} and so on, all that there are but the label of its
 *     filesystem
 * @param node what the kernel calls it in this boot; none of an image, and then no path tells
 * @param links of udev in this boot
 */
public record PartitionNames(Set<String> written, Option<String> node, Links links) {

  /** Whether a name means the partition. */
  public enum Claim {
    IS_IT,
    /** Nothing tells, or not for the system's own boots: to be taken for it. */
    MAY_BE_IT,
    IS_ANOTHER
  }

  /** The links under /dev. */
  public interface Links {
    /** Which device of the kernel's one leads to; none where there is no such link. */
    Option<String> target(String link);

    /** Whether this machine is the one that the system on the disk boots on. */
    boolean areOfItsOwnMachine();
  }

  /** What a name goes by. */
  private enum Kind {
    /** All of it is known. */
    WRITTEN,
    /** The device itself: its serial, the label of its filesystem. */
    DEVICE,
    /** Where it is plugged in. */
    PLACE,
    /** The order in which this boot found the disks. */
    TURN,
    /** No partition: a mapping, a file. */
    NONE
  }

  private static final Pattern KERNEL_NAME = Pattern.compile(DeviceField.KERNEL_NAME);
  private static final Pattern TAG = Pattern.compile("(?s)((?:PART)?(?:UUID|LABEL))=(.*)");
  private static final Pattern LINK_NUMBER =
      Pattern.compile("(?s)/dev/disk/by-(?:id|path|diskseq)/.*-part(\\d+)");
  private static final Pattern NUMBER = Pattern.compile(".*?(\\d+)");
  private static final String LINKS = "/dev/disk/by-";

  public PartitionNames {
    Set<String> folded = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    folded.addAll(written);
    written = Collections.unmodifiableSet(folded);
  }

  /**
   * Of the second field of a line. To take one too many for it loses nothing: so neither quotation
   * marks nor case are looked at.
   */
  public Claim claim(String field) {
    Set<String> names = new HashSet<>();
    for (String spelling : DeviceField.spellings(field.replace("\"", "").replace("'", ""))) {
      names.add(spelling);
      names.add(path(asPath(spelling)));
    }
    if (names.stream().anyMatch(name -> written.contains(name) || node.contains(name))) {
      return Claim.IS_IT;
    }
    List<String> targets =
        node.isEmpty() // an image's links are those of the machine that it lies on
            ? List.of()
            : names.stream().flatMap(name -> links.target(name).toJavaStream()).toList();
    if (targets.stream().anyMatch(node::contains)) {
      return Claim.IS_IT;
    }
    boolean isAnother = names.stream().allMatch(name -> isAnother(name, !targets.isEmpty()));
    return isAnother ? Claim.IS_ANOTHER : Claim.MAY_BE_IT;
  }

  /**
   * Whether a name can't mean it in the system's own boots.
   *
   * @param leadsElsewhere in this boot
   */
  private boolean isAnother(String name, boolean leadsElsewhere) {
    return hasAnotherNumber(name)
        || switch (kind(name)) {
          case WRITTEN, NONE -> true;
          case DEVICE -> leadsElsewhere;
          case PLACE -> leadsElsewhere && links.areOfItsOwnMachine();
          case TURN -> false;
        };
  }

  private static Kind kind(String path) {
    String link = path.startsWith(LINKS) ? path.substring(LINKS.length()) : "";
    if (link.isEmpty()) {
      return KERNEL_NAME.matcher(path).matches() || path.startsWith("/dev/block/")
          ? Kind.TURN
          : Kind.NONE;
    }
    return switch (link.replaceFirst("(?s)/.*", "").toLowerCase(Locale.ROOT)) {
      case "uuid", "partuuid", "partlabel" -> Kind.WRITTEN;
      case "path" -> Kind.PLACE;
      case "diskseq" -> Kind.TURN;
      default -> Kind.DEVICE;
    };
  }

  /** Which entry of the table it is stays the same, whatever its disk is called. */
  private boolean hasAnotherNumber(String name) {
    Option<String> wanted =
        KERNEL_NAME.matcher(name).matches() ? number(NUMBER, name) : number(LINK_NUMBER, name);
    return wanted.isDefined() && node.exists(known -> !number(NUMBER, known).equals(wanted));
  }

  private static Option<String> number(Pattern pattern, String name) {
    Matcher matcher = pattern.matcher(name);
    return Option.when(matcher.matches(), () -> matcher.group(1));
  }

  /** {@code LABEL=a b} is {@code /dev/disk/by-label/a\x20b}. */
  private static String asPath(String name) {
    Matcher tag = TAG.matcher(name);
    return tag.matches()
        ? LINKS + tag.group(1).toLowerCase(Locale.ROOT) + "/" + DeviceField.asLink(tag.group(2))
        : name;
  }

  /** Without what a path may be written with and means nothing. */
  private static String path(String text) {
    if (!text.startsWith("/")) {
      return text;
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : text.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }
}
