using VRouter.Native;

namespace VRouter.Bench.Io;

/// <summary>Sends frames as fast as the kernel takes them, from one processor, until disposed.</summary>
internal sealed class Load : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PacketSender _sender;
    private readonly Thread _thread;

    public Load(PacketSender sender, int cpu)
    {
        _sender = sender;
        _thread = new Thread(() => Send(cpu)) { IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _sender.Dispose();
        _stop.Dispose();
    }

    private void Send(int cpu)
    {
        CpuAffinity.PinCurrentThread(cpu);

        while (!_stop.IsCancellationRequested)
        {
            _sender.Send();
        }
    }
}
