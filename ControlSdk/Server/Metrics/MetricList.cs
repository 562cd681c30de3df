using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Every metric of a vRouter. Bytes are Ethernet without FCS; flows are counted by direction.</summary>
internal static class MetricList
{
    private const string Bytes = "bytes", Seconds = "seconds", None = "";

    private static readonly string s_version = typeof(MetricList).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static IReadOnlyList<Metric> All { get; } =
    [
        OfVif("receive_packets", None, "Packets that came in.", vif => vif.RxPackets),
        OfVif("receive_bytes", Bytes, "Bytes that came in.", vif => vif.RxBytes),
        OfVif("transmit_packets", None, "Packets that went out.", vif => vif.TxPackets),
        OfVif("transmit_bytes", Bytes, "Bytes that went out.", vif => vif.TxBytes),
        OfVif("made_packets", None, "Packets that the vRouter made: answers, errors, replicas, fragments.", vif => vif.Made),
        OfVif("consumed_packets", None, "Packets that came in and were answered or taken.", vif => vif.Consumed),
        new("vrouter_interface_dropped_packets", MetricKind.Counter, None, "Packets that came in and were dropped, by reason.", DropsOf),
        new("vrouter_interface_held_packets", MetricKind.Gauge, None, "Packets that came in and wait now.", snapshot => snapshot.Counters.Vifs.Select(vif => Of(vif.Held, snapshot, vif.Vif))),
        new("vrouter_interface_up", MetricKind.Gauge, None, "Whether there is a port and its link is up.", snapshot => snapshot.Links.Select(link => Of(link.IsUp ? 1 : 0, snapshot, link.Vif))),
        new("vrouter_interface_port", MetricKind.Info, None, "The port behind an interface, and the mode that it runs in.", PortsOf),

        OfWorker("packets", None, "Packets received.", worker => worker.Packets),
        OfWorker("batches", None, "Batches that held them.", worker => worker.Batches),
        OfWorker("handed_off_packets", None, "Packets handed to the workers that have their flows.", worker => worker.HandedOff),
        OfWorker("busy_seconds", Seconds, "Time spent with packets.", worker => worker.Busy.TotalSeconds),
        OfWorker("idle_seconds", Seconds, "Time spent asking for some, or asleep.", worker => worker.Idle.TotalSeconds),

        Single("vrouter_flows", MetricKind.Gauge, None, "Flows that there are.", snapshot => snapshot.Counters.Flows),
        Single("vrouter_flows_created", MetricKind.Counter, None, "Flows that were set up.", snapshot => snapshot.Counters.FlowsCreated),
        Single("vrouter_flows_redecided", MetricKind.Counter, None, "Times that a flow pair was decided anew.", snapshot => snapshot.Counters.FlowsRedecided),
        Single("vrouter_state_generation", MetricKind.Gauge, None, "Generation of the state that packets see.", snapshot => snapshot.Counters.Generation),
        Single("vrouter_imbalance_packets", MetricKind.Gauge, None, "Packets that the books are out by; 0 unless something is broken.", snapshot => snapshot.Counters.Imbalance),
        Single("vrouter_worker_faults", MetricKind.Counter, None, "Exceptions that workers have caught, each a defect.", snapshot => snapshot.Faults),
        new("vrouter_build", MetricKind.Info, None, "The version that runs.", _ => [new Measurement<double>(1, Label("version", s_version))]),

        // Names that every exporter gives them, and one that matters here: workers stand still meanwhile.
        Single("process_cpu_seconds", MetricKind.Counter, Seconds, "Processor time, of all threads.", _ => Environment.CpuUsage.TotalTime.TotalSeconds),
        Single("process_resident_memory_bytes", MetricKind.Gauge, Bytes, "Memory that the process has.", _ => Environment.WorkingSet),
        Single("process_start_time_seconds", MetricKind.Gauge, Seconds, "When it was started, in seconds since 1970.", _ => StartTime()),
        Single("vrouter_gc_pause_seconds", MetricKind.Counter, Seconds, "Time that garbage collections have stopped everything.", _ => GC.GetTotalPauseDuration().TotalSeconds),
    ];

    private static Metric OfVif(string name, string unit, string help, Func<VifCounters, double> value) => new(
        $"vrouter_interface_{name}", MetricKind.Counter, unit, help, snapshot => snapshot.Counters.Vifs.Select(vif => Of(value(vif), snapshot, vif.Vif)));

    private static Metric OfWorker(string name, string unit, string help, Func<WorkerCounters, double> value) => new(
        $"vrouter_worker_{name}", MetricKind.Counter, unit, help,
        snapshot => snapshot.Counters.Workers.Select(worker => new Measurement<double>(value(worker), Label("worker", worker.Worker.ToString(System.Globalization.CultureInfo.InvariantCulture)))));

    private static Metric Single(string name, MetricKind kind, string unit, string help, Func<MetricSnapshot, double> value) =>
        new(name, kind, unit, help, snapshot => [new Measurement<double>(value(snapshot))]);

    private static IEnumerable<Measurement<double>> DropsOf(MetricSnapshot snapshot) =>
        from vif in snapshot.Counters.Vifs
        from drop in vif.Drops.OrderBy(drop => drop.Key)
        select Of(drop.Value, snapshot, vif.Vif, Label("reason", drop.Key.ToString()));

    private static IEnumerable<Measurement<double>> PortsOf(MetricSnapshot snapshot) => snapshot.Links
        .Where(link => link.Port.Length > 0)
        .Select(link => Of(1, snapshot, link.Vif, Label("port", link.Port)));

    // Names need not be unique, so the number is what tells interfaces apart.
    private static Measurement<double> Of(double value, MetricSnapshot snapshot, VifId vif, params KeyValuePair<string, object?>[] more) =>
        new(value, [Label("interface", vif.ToString()), Label("name", snapshot.NameOf(vif)), .. more]);

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static double StartTime()
    {
        using Process process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }
}
