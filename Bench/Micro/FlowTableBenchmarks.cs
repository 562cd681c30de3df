using BenchmarkDotNet.Attributes;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Bench;

/// <summary>Looks random flows up, and sets new ones up, among as many as there are.</summary>
[MemoryDiagnoser]
public class FlowTableBenchmarks : IDisposable
{
    private const int BatchSize = 64;
    private const int PerInvoke = 4096;

    private readonly uint[] _entries = new uint[BatchSize];
    private FlowTable _table = null!;
    private FlowKey[] _keys = [];
    private int _next;
    private int _added;
    private long _now;

    /// <summary>Flow pairs in the table.</summary>
    [Params(1 << 10, 1 << 16, 1 << 20)]
    public int Pairs { get; set; }

    /// <summary>Fills the table.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _table = new FlowTable(Pairs + PerInvoke, FlowSeed.Random(), new FlowTimeouts(), 0);
        _table.TouchAhead();
        _keys = [.. Enumerable.Range(0, Pairs).Select(number => Key(0, number))];

        foreach (FlowKey key in _keys)
        {
            _table.Insert(key, key.Reverse(), FlowClass.Udp, 0);
        }

        new Random(1).Shuffle(_keys);
    }

    /// <summary>Found and counted in batches, as the walk does.</summary>
    [Benchmark(OperationsPerInvoke = PerInvoke, Baseline = true)]
    public void Hit()
    {
        for (int i = 0; i < PerInvoke; i += BatchSize)
        {
            _next += BatchSize;
            _table.Lookup(_keys.AsSpan(_next & (Pairs - BatchSize), BatchSize), _entries);

            foreach (uint entry in _entries)
            {
                _table.Note(entry, 60, 1);
            }
        }
    }

    /// <summary>Found one by one.</summary>
    [Benchmark(OperationsPerInvoke = PerInvoke)]
    public uint HitOneByOne()
    {
        uint sum = 0;

        for (int i = 0; i < PerInvoke; i++)
        {
            sum += _table.Find(in _keys[++_next & (Pairs - 1)]);
        }

        return sum;
    }

    /// <summary>A flow set up, and another that has timed out removed.</summary>
    [Benchmark(OperationsPerInvoke = PerInvoke)]
    public void SetUp()
    {
        for (int i = 0; i < PerInvoke; i += BatchSize)
        {
            for (int flow = 0; flow < BatchSize; flow++)
            {
                FlowKey key = Key(1, _added++);
                _table.Insert(key, key.Reverse(), FlowClass.Denied, _now);
            }

            _now += 10_000;

            for (int due = _table.TakeDue(_now, _entries); due > 0; due = _table.TakeDue(_now, _entries))
            {
                foreach (uint entry in _entries.AsSpan(0, due))
                {
                    _table.Remove(entry);
                }
            }
        }
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _table?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static FlowKey Key(int kind, int number) =>
        FlowKey.OfIpv4(3, 1, 0x0A00_0000 + (uint)number, 0xC0A8_0001 + (uint)kind, IpProtocol.Udp, 0xC000_0035);
}
