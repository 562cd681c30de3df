using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Routing;

/// <summary>One thread changes routes and reclaims; others look them up by the generation protocol, without a lock.</summary>
public sealed class RouteStoreReadersTests
{
    private const int BatchSize = 64;

    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(1);

    [Test]
    public void NeverShowsPacketsARouteThatIsNotTheirs()
    {
        using var store = new RouteStore(100_000);
        var world = new World(store);
        using var stop = new CancellationTokenSource(s_duration);
        Task<long>[] readers = [Task.Factory.StartNew(() => Read(world, 0, stop.Token), TaskCreationOptions.LongRunning),
            Task.Factory.StartNew(() => Read(world, 1, stop.Token), TaskCreationOptions.LongRunning)];

        while (!stop.IsCancellationRequested)
        {
            world.Change();
        }

        Task.WaitAll(readers);
        Assert.That(readers.Select(reader => reader.Result), Is.All.Positive);
        Assert.That(world.Generation, Is.GreaterThan(100));
    }

    /// <summary>Looks addresses up in the latest version, batch by batch, and says how many.</summary>
    private static long Read(World world, int reader, CancellationToken stop)
    {
        var random = new Random(reader);
        long lookups = 0;

        while (!stop.IsCancellationRequested)
        {
            Version version = world.Current;
            world.Pass(reader, version.Generation);

            for (int i = 0; i < BatchSize; i++, lookups++)
            {
                world.Check(version, World.Address(random));
            }
        }

        world.Pass(reader, ulong.MaxValue);
        return lookups;
    }

    private sealed record Version(ulong Generation, Fib Fib);

    /// <summary>
    /// Prefixes of every length around a few addresses, over a default route that stays. The next hop of a route tells its
    /// prefix and the label the first generation that shows it, so a reader sees at once when it got another one.
    /// </summary>
    private sealed class World
    {
        private readonly RouteStore _store;
        private readonly RouteTable _table = new(1);
        private readonly Random _random = new(99);
        private readonly ulong[] _passed = new ulong[2];
        private Version _current;

        public World(RouteStore store)
        {
            _store = store;
            _current = new Version(0, default);
            Publish(() => Set(new IpPrefix(IpAddress.FromIpv4(0), 0)));
        }

        public Version Current => Volatile.Read(ref _current);

        public ulong Generation => _current.Generation;

        public static uint Address(Random random) => 0x0A000000u | (uint)random.Next(4) << 16 | (uint)random.Next(1024);

        public void Pass(int reader, ulong generation) => Volatile.Write(ref _passed[reader], generation);

        public void Change()
        {
            Publish(() =>
            {
                for (int i = 0; i < 10; i++)
                {
                    var prefix = new IpPrefix(IpAddress.FromIpv4(Address(_random)), (byte)_random.Next(6, 33)).Network;

                    if (_random.Next(3) > 0)
                    {
                        Set(prefix);
                    }
                    else
                    {
                        _store.Remove(_table, prefix);
                    }
                }
            });

            _store.Reclaim(Math.Min(Volatile.Read(ref _passed[0]), Volatile.Read(ref _passed[1])));
        }

        public void Check(Version version, uint address)
        {
            RouteId route = _store.Lookup(version.Fib, address);
            RouteEntry entry = _store.Entry(route);
            IpPrefix prefix = _store.Key(route).Prefix;
            bool isRight = prefix.Contains(IpAddress.FromIpv4(address)) && entry.NextHop == Mark(prefix) && entry.Label <= version.Generation;

            if (route.IsNone || !isRight)
            {
                throw new InvalidOperationException($"generation {version.Generation}: {address:x} is routed by {prefix} with {entry}");
            }
        }

        private void Publish(Action change)
        {
            ulong generation = _current.Generation + 1;
            change();
            Volatile.Write(ref _current, new Version(generation, _table.Fib));
            _store.Commit(generation);
        }

        private void Set(IpPrefix prefix) =>
            _store.Set(_table, prefix, new RouteEntry { NextHop = Mark(prefix), Label = (uint)_current.Generation + 1 });

        private static int Mark(IpPrefix prefix) => (int)prefix.Address.Low * 31 + prefix.Length;
    }
}
