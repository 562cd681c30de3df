using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using VRouter.Bench.Scenarios;
using VRouter.Encap;

namespace VRouter.Bench.Micro;

/// <summary>Outer headers written in front of a packet.</summary>
[MemoryDiagnoser]
public class EncapsulationBenchmarks
{
    private const int PayloadLength = 46;

    private readonly byte[] _packet = GC.AllocateArray<byte>(TunnelTemplate.Room + PayloadLength, pinned: true);
    private TunnelTemplate _template;
    private ushort _id;

    [Params(EncapsulationKind.Vxlan, EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre)]
    public EncapsulationKind Kind { get; set; }

    [GlobalSetup]
    public void Create()
    {
        _packet[TunnelTemplate.Room] = 0x45;
        _template = TunnelTemplate.Create(new TunnelSpec
        {
            Kind = Kind,
            Source = Site.FabricAddress,
            Destination = Site.NodeAddress(0),
            SourceMac = Site.FabricMac,
            InnerDestination = Site.VirtualMac,
            InnerSource = Site.VirtualMac,
        });
    }

    [Benchmark]
    public void Write() => _template.Write(
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_packet), TunnelTemplate.Room), PayloadLength,
        label: 5001, ++_id, hash: 0x9E37_79B9, ttl: 63, ecn: 0, Site.GatewayMac);
}
