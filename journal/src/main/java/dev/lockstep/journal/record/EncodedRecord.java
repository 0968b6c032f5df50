package dev.lockstep.journal.record;

/**
 * A record with the hash its bytes have and the room they take.
 *
 * @param hash the record's own SHA-256, which the next record names
 * @param lengthBytes length of its encoding
 */
public record EncodedRecord(JournalRecord record, Sha256 hash, int lengthBytes) {}
