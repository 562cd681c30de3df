using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Io;

/// <summary>This data plane: one worker on one processor, AF_XDP at both ends.</summary>
internal sealed class DataPlaneForwarder(Wires wires, Scenario scenario, int destinations, bool busyPoll, int cpu) : IForwarder
{
    private Exception? _failure;

    public string Name => "vrouter";

    public IDisposable Start()
    {
        var stop = new CancellationTokenSource();
        var ready = new TaskCompletionSource();
        var thread = new Thread(() => Forward(ready, stop.Token));
        thread.Start();

        try
        {
            ready.Task.GetAwaiter().GetResult();
        }
        catch
        {
            thread.Join();
            throw;
        }

        return new Ending(() =>
        {
            stop.Cancel();
            thread.Join();
            stop.Dispose();

            if (_failure is not null)
            {
                throw new BenchException($"the data plane failed: {_failure}");
            }
        });
    }

    private void Forward(TaskCompletionSource ready, CancellationToken stop)
    {
        try
        {
            wires.Near.Run(() =>
            {
                CpuAffinity.PinCurrentThread(cpu);
                using DataPlane dataPlane = Open();
                ready.TrySetResult();

                while (!stop.IsCancellationRequested)
                {
                    dataPlane.Step();
                }
            });
        }
        catch (Exception failure)
        {
            if (!ready.TrySetException(failure))
            {
                _failure = failure;
            }
        }
    }

    private DataPlane Open()
    {
        var dataPlane = new DataPlane(new DataPlaneOptions { Frames = 32768 });
        Transaction wanted = scenario.Configure(destinations);

        for (int i = 0; i < wanted.Vifs.Count; i++)
        {
            Vif vif = wanted.Vifs[i];
            wanted.Vifs[i] = vif with { Port = PortOf(vif.Id) };
        }

        ApplyResult result = dataPlane.Apply(wanted);

        if (!result.IsApplied)
        {
            dataPlane.Dispose();
            throw new BenchException($"{scenario.Name} was refused: {string.Join("; ", result.Problems)}");
        }

        return dataPlane;
    }

    private AfXdpSpec? PortOf(VifId vif) =>
        vif == scenario.Ingress ? new AfXdpSpec(Wires.NearIn) { BusyPoll = busyPoll }
        : vif == scenario.Egress ? new AfXdpSpec(Wires.NearOut) { BusyPoll = busyPoll }
        : null;
}
