package dev.lockstep.initrd.policy;

import io.vavr.control.Option;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one source says: a policy file, a credential, the command line. A source that is asked first
 * is put over the others, setting by setting.
 */
public final class PolicyLayer {

  /** Says nothing. */
  public static final PolicyLayer EMPTY = new PolicyLayer(Map.of(), List.of());

  /** A value and where it was given. */
  record Given(Value value, Place place) {}

  private final Map<Setting, Given> settings;
  private final List<VolumeTables.Given> volumes;

  PolicyLayer(Map<Setting, Given> settings, List<VolumeTables.Given> volumes) {
    this.settings = Map.copyOf(settings);
    this.volumes = List.copyOf(volumes);
  }

  /** With what an option of the command line says. */
  PolicyLayer with(Setting setting, Value value, String option) {
    return new PolicyLayer(Map.of(setting, new Given(value, Place.of(option))), List.of())
        .over(this);
  }

  /** The further volumes of the source that is asked first and names any. */
  List<VolumeTables.Given> volumes() {
    return volumes;
  }

  /** This one's settings, and the lower one's where this says nothing. */
  public PolicyLayer over(PolicyLayer lower) {
    Map<Setting, Given> all = new EnumMap<>(Setting.class);
    all.putAll(lower.settings);
    all.putAll(settings);
    return new PolicyLayer(all, volumes.isEmpty() ? lower.volumes : volumes);
  }

  Option<Place> place(Setting setting) {
    return Option.of(settings.get(setting)).map(Given::place);
  }

  Option<Boolean> flag(Setting setting) {
    return value(setting, Value.Flag.class).map(Value.Flag::on);
  }

  Option<Integer> count(Setting setting) {
    return value(setting, Value.Count.class).map(Value.Count::number);
  }

  Option<List<Integer>> pcrs(Setting setting) {
    return value(setting, Value.Pcrs.class).map(Value.Pcrs::numbers);
  }

  Option<String> text(Setting setting) {
    return value(setting, Value.Text.class).map(Value.Text::text);
  }

  private <V extends Value> Option<V> value(Setting setting, Class<V> type) {
    return Option.of(settings.get(setting)).map(Given::value).map(type::cast);
  }
}
