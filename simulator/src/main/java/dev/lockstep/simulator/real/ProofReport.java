package dev.lockstep.simulator.real;

import java.util.List;

/** What a proof on the real tools came to. */
public sealed interface ProofReport permits RealReport, KillReport, StopReport {

  /** The exit code when an invariant was violated. */
  int VIOLATED = 30;

  /** 0, or 30. */
  int exitCode();

  /** For a person. */
  List<String> lines();

  /** One JSON object. */
  String json();
}
