using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Each kind of tunnel in turn.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class TunnelsAttribute() : ValuesAttribute(EncapsulationKind.Vxlan, EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre);
