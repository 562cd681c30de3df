namespace VRouter.Encap;

/// <summary>ICMPv6 message types (RFC 4443, RFC 4861).</summary>
public static class Icmpv6Type
{
    /// <summary>Destination unreachable.</summary>
    public const byte DestinationUnreachable = 1;

    /// <summary>Packet too big.</summary>
    public const byte PacketTooBig = 2;

    /// <summary>Time exceeded.</summary>
    public const byte TimeExceeded = 3;

    /// <summary>Parameter problem.</summary>
    public const byte ParameterProblem = 4;

    /// <summary>Echo request.</summary>
    public const byte Echo = 128;

    /// <summary>Echo reply.</summary>
    public const byte EchoReply = 129;

    /// <summary>Router solicitation.</summary>
    public const byte RouterSolicitation = 133;

    /// <summary>Router advertisement.</summary>
    public const byte RouterAdvertisement = 134;

    /// <summary>Neighbour solicitation.</summary>
    public const byte NeighbourSolicitation = 135;

    /// <summary>Neighbour advertisement.</summary>
    public const byte NeighbourAdvertisement = 136;

    /// <summary>Redirect.</summary>
    public const byte Redirect = 137;

    /// <summary>Code of <see cref="DestinationUnreachable"/>: communication administratively prohibited.</summary>
    public const byte AdministrativelyProhibited = 1;

    /// <summary>Code of <see cref="DestinationUnreachable"/>: nobody listens there.</summary>
    public const byte PortUnreachable = 4;

    /// <summary>Whether a type is multicast listener discovery (RFC 2710, RFC 3810).</summary>
    public static bool IsMulticastListener(byte type) => type is >= 130 and <= 132 or 143;

    /// <summary>Whether a type is an error: "error messages are identified as such by a zero in the high-order bit" (RFC 4443 section 2.1).</summary>
    public static bool IsError(byte type) => type < 128;
}
