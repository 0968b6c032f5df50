package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Digest;
import java.util.UUID;

/**
 * What opens the volume once it is encrypted: files beside the journal, known by their digests.
 *
 * @param sealedKey the conversion key's sealed blob
 * @param luksUuid fixed before the header is made
 * @param preparedHeader the LUKS2 header with every slot filled
 */
public record Credentials(Digest sealedKey, UUID luksUuid, Digest preparedHeader) {}
