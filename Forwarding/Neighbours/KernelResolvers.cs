using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Takes what the walk wants to know to the kernel, and what the kernel knows to the walk, a few times a second.</summary>
internal sealed class KernelResolvers(Tables tables, Worker worker) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<ushort, KernelResolver> _resolvers = [];
    private readonly Lock _lock = new();
    private Timer? _timer;
    private bool _running;

    public void Add(ushort vif, string device)
    {
        lock (_lock)
        {
            _resolvers.Add(vif, new KernelResolver(vif, device));
            tables.KernelNeighbours.Set(vif, true);
        }
    }

    public void Remove(ushort vif)
    {
        lock (_lock)
        {
            tables.KernelNeighbours.Set(vif, false);

            if (_resolvers.Remove(vif, out KernelResolver? resolver))
            {
                resolver.Dispose();
            }
        }
    }

    public void Start()
    {
        _running = true;
        _timer = new Timer(_ => Resolve(), null, s_interval, s_interval);
    }

    public void Stop()
    {
        _running = false;
        _timer?.Dispose();
        _timer = null;
    }

    public void Dispose() => Stop();

    private void Resolve()
    {
        // One round at a time; the next is soon enough.
        if (!_running || !_lock.TryEnter())
        {
            return;
        }

        try
        {
            bool isAsked = false;

            while (tables.KernelNeighbours.TryTake(out (ushort Vif, IpAddress Address) wanted))
            {
                isAsked = true;
                _resolvers.GetValueOrDefault(wanted.Vif)?.Resolve(wanted.Address);
            }

            foreach (KernelResolver resolver in _resolvers.Values)
            {
                Tell(resolver, isAsked);
            }
        }
        catch (SystemCallException)
        {
            // On a timer's thread nobody hears of it; the next round tries again.
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Tell(KernelResolver resolver, bool all)
    {
        (IpAddress Address, MacAddress Mac)[] known = [.. resolver.Read(all)];

        if (known.Length > 0)
        {
            worker.Invoke(() => worker.Learn(resolver.Vif, known));
        }
    }
}
