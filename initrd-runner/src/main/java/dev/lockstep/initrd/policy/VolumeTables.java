package dev.lockstep.initrd.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.initrd.volume.PartitionName;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.initrd.volume.VolumeWish.Kind;
import dev.lockstep.initrd.volume.VolumeWish.RecoveryKey;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The {@code [[volume]]} tables of a policy.
 *
 * <pre>
 *   [[volume]]
 *   name = "home"               # of the mapping
 *   partition = "home"          # its name in the GPT, or PARTUUID=…
 *   kind = "filesystem"         # or "swap", with a random key at each boot
 *   recovery-key = "shared"     # or "own"; swap has none
 * </pre>
 */
final class VolumeTables {

  static final String TABLE = "volume";

  /** Each has journals on the boot partition. */
  private static final int MOST_VOLUMES = 16;

  private static final Set<String> KEYS = Set.of("name", "partition", "kind", "recovery-key");

  private final KeyPlaces places;
  private final List<Given> given = new ArrayList<>();

  /** A volume and where it was asked for. */
  record Given(VolumeWish wish, Place place) {}

  private VolumeTables(KeyPlaces places) {
    this.places = places;
  }

  static Either<PolicyFault, List<Given>> read(JsonNode tables, KeyPlaces places) {
    if (!tables.isArray()) {
      return Either.left(
          new PolicyFault(places.key(TABLE), "write [[volume]], since there may be several"));
    }
    if (tables.size() > MOST_VOLUMES) {
      return Either.left(
          new PolicyFault(places.key(TABLE), "more than " + MOST_VOLUMES + " volumes"));
    }
    VolumeTables all = new VolumeTables(places);
    for (int index = 0; index < tables.size(); index++) {
      Option<PolicyFault> fault = all.add(tables.get(index), TABLE + "." + index);
      if (fault.isDefined()) {
        return Either.left(fault.get());
      }
    }
    return Either.right(List.copyOf(all.given));
  }

  private Option<PolicyFault> add(JsonNode table, String path) {
    for (var entry : table.properties()) {
      if (!KEYS.contains(entry.getKey())) {
        return Option.some(
            new PolicyFault(
                places.key(path + "." + entry.getKey()),
                "a volume has "
                    + String.join(", ", KEYS.stream().sorted().toList())
                    + ", and nothing else"));
      }
    }
    Option<String> name = text(table, "name").filter(VolumeWish::isName);
    if (name.isEmpty()) {
      return fault(
          path + ".name",
          "a volume needs a name of a-z, 0-9, - and _, at most 32, that is not root");
    }
    Option<PartitionName> partition = text(table, "partition").flatMap(PartitionName::parse);
    if (partition.isEmpty()) {
      return fault(
          path + ".partition",
          "volume.partition must be the partition's name in the GPT, or PARTUUID=…, in quotes");
    }
    Option<Kind> kind = word(table, "kind", List.of(Kind.values()));
    if (kind.isEmpty()) {
      return fault(path + ".kind", "volume.kind must be \"filesystem\" or \"swap\"");
    }
    if (kind.get() == Kind.SWAP && table.has("recovery-key")) {
      return fault(
          path + ".recovery-key",
          "swap has a random key at each boot, and no recovery key opens it");
    }
    Option<RecoveryKey> key = word(table, "recovery-key", List.of(RecoveryKey.values()));
    if (key.isEmpty()) {
      return fault(path + ".recovery-key", "volume.recovery-key must be \"shared\" or \"own\"");
    }
    VolumeWish wish = new VolumeWish(name.get(), partition.get(), kind.get(), key.get());
    for (Given other : given) {
      if (other.wish().name().equals(wish.name())) {
        return fault(path + ".name", "another volume has this name, too");
      }
      if (other.wish().partition().equals(wish.partition())) {
        return fault(path + ".partition", "another volume is on this partition, too");
      }
    }
    given.add(new Given(wish, places.key(path)));
    return Option.none();
  }

  private static Option<String> text(JsonNode table, String key) {
    return Option.of(table.get(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }

  /** The first word where nothing is said. */
  private static <E extends Enum<E>> Option<E> word(JsonNode table, String key, List<E> known) {
    if (!table.has(key)) {
      return Option.some(known.getFirst());
    }
    return text(table, key)
        .flatMap(
            word ->
                Option.ofOptional(
                    known.stream()
                        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
                        .findFirst()));
  }

  private Option<PolicyFault> fault(String path, String problem) {
    return Option.some(new PolicyFault(places.value(path), problem));
  }
}
