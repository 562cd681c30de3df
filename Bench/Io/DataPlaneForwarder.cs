using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Io;

/// <summary>This data plane: one worker on one processor, AF_XDP at both ends.</summary>
internal sealed class DataPlaneForwarder(Wires wires, Scenario scenario, bool busyPoll, int cpu) : IForwarder
{
    /// <summary>Packets its worker takes at a time.</summary>
    public const int Batch = 64;

    private const int Frames = 32768;

    private const int StepsBetweenLooks = 256;

    private Exception? _failure;
    private DataPlane? _dataPlane;
    private long _allocatedBytes;

    public string Name => "vrouter";

    /// <summary>How its ports really run; empty before it started.</summary>
    public string Ports { get; private set; } = "";

    public IDisposable Start()
    {
        DataPlane dataPlane = _dataPlane = Open();
        var stop = new CancellationTokenSource();
        var thread = new Thread(() => Forward(dataPlane, stop.Token));
        thread.Start();

        return new Ending(() =>
        {
            stop.Cancel();
            thread.Join();
            stop.Dispose();
            dataPlane.Dispose();

            if (_failure is not null)
            {
                throw new BenchException($"the data plane failed: {_failure}");
            }
        });
    }

    public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    public long ReadDrops() => _dataPlane?.ReadCounters().Drops.Values.Sum() ?? 0;

    private void Forward(DataPlane dataPlane, CancellationToken stop)
    {
        try
        {
            CpuAffinity.PinCurrentThread(cpu);

            while (!stop.IsCancellationRequested)
            {
                for (int i = 0; i < StepsBetweenLooks; i++)
                {
                    dataPlane.Step();
                }

                Volatile.Write(ref _allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    private DataPlane Open()
    {
        var dataPlane = new DataPlane(new DataPlaneOptions { BatchSize = Batch, Frames = Frames, OpenPorts = false });

        try
        {
            ApplyResult result = dataPlane.Apply(scenario.Configure(IoFrames.PlanOf(scenario)));

            if (!result.IsApplied)
            {
                throw new BenchException($"{scenario.Name} was refused: {string.Join("; ", result.Problems)}");
            }

            Ports = $"{Attach(dataPlane, scenario.Ingress, Wires.NearIn)}, {Attach(dataPlane, scenario.Egress, Wires.NearOut)}";
            return dataPlane;
        }
        catch
        {
            dataPlane.Dispose();
            throw;
        }
    }

    private string Attach(DataPlane dataPlane, VifId vif, string device)
    {
        var options = new XdpOptions(device) { BusyPoll = busyPoll, NetworkNamespace = wires.Near.Name };
        var port = new AfXdpPort(options, dataPlane.Frames.Region);
        dataPlane.Attach(vif, port);
        return port.Description;
    }
}
