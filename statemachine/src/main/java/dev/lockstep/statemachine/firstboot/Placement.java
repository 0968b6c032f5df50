package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Digest;

/**
 * All that the placing of the header rests on.
 *
 * @param credentials the keys, proven
 * @param head of the plain head, and so of its copy at the window's tail
 * @param header of the initialised header that goes over the head
 */
public record Placement(Credentials credentials, Digest head, Digest header) {}
