package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.journal.Registry;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.statemachine.firstboot.Credentials;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/**
 * What the journal's fold rests on.
 *
 * @param files the prepared files by the digests it holds of them
 * @param header the UUID it holds
 */
record Vouched(Map<PreparedFile, Digest> files, Option<UUID> header) {

  private static final Vouched NOTHING = new Vouched(Map.of(), Option.none());

  static Vouched by(Phase phase) {
    return switch (phase) {
      case Phase.Untouched _, Phase.Cleared _, Phase.Contradiction _ -> NOTHING;
      case Phase.HeadToRestore(var _, var placement) ->
          of(placement.credentials()).with(placement.header());
      case Phase.Withdrawing _ -> NOTHING;
      case Phase.KeySealed(var _, Digest sealedKey) ->
          new Vouched(Map.of(PreparedFile.SEALED_KEY, sealedKey), Option.none());
      case Phase.HeaderPrepared(var _, Credentials credentials) -> of(credentials);
      case Phase.RecoveryHandedOver(var _, Credentials credentials) -> of(credentials);
      case Phase.KeysProven(var _, Credentials credentials) -> of(credentials);
      case Phase.ConfigurationStaged(var _, Credentials credentials) -> of(credentials);
      case Phase.HeadStaged(var _, Credentials credentials, var _) -> of(credentials);
      case Phase.HeaderInitialised(var _, var placement) ->
          of(placement.credentials()).with(placement.header());
      case Phase.HeaderPlaced(var _, var placement) ->
          of(placement.credentials()).with(placement.header());
      case Phase.UnderLuks under -> new Vouched(Map.of(), Option.some(under.luksUuid()));
    };
  }

  private static Vouched of(Credentials credentials) {
    return new Vouched(
        Map.of(
            PreparedFile.SEALED_KEY,
            credentials.sealedKey(),
            PreparedFile.PREPARED_HEADER,
            credentials.preparedHeader()),
        Option.some(credentials.luksUuid()));
  }

  private Vouched with(Digest initialisedHeader) {
    Map<PreparedFile, Digest> all = new EnumMap<>(files);
    all.put(PreparedFile.INITIALISED_HEADER, initialisedHeader);
    return new Vouched(all, header);
  }

  Marks names(Registry registry) {
    long headers = header.map(uuid -> 1L << Names.number(uuid)).getOrElse(0L);
    long keys =
        Option.of(files.get(PreparedFile.SEALED_KEY))
            .flatMap(registry::keyInBlob)
            .map(key -> 1L << key)
            .getOrElse(0L);
    return new Marks(headers, keys, false);
  }
}
