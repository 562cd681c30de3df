namespace VRouter.Encap;

/// <summary>ICMP message types for IPv4 (RFC 792), and the codes that the vRouter sends.</summary>
public static class IcmpType
{
    /// <summary>Echo reply.</summary>
    public const byte EchoReply = 0;

    /// <summary>Destination unreachable.</summary>
    public const byte DestinationUnreachable = 3;

    /// <summary>Source quench (deprecated, RFC 6633).</summary>
    public const byte SourceQuench = 4;

    /// <summary>Redirect.</summary>
    public const byte Redirect = 5;

    /// <summary>Echo request.</summary>
    public const byte Echo = 8;

    /// <summary>Time exceeded.</summary>
    public const byte TimeExceeded = 11;

    /// <summary>Parameter problem.</summary>
    public const byte ParameterProblem = 12;

    /// <summary>Code of <see cref="DestinationUnreachable"/>: nobody listens there.</summary>
    public const byte PortUnreachable = 3;

    /// <summary>Code of <see cref="DestinationUnreachable"/>: fragmentation needed and DF set (RFC 1191).</summary>
    public const byte FragmentationNeeded = 4;

    /// <summary>Code of <see cref="DestinationUnreachable"/>: communication administratively prohibited (RFC 1812).</summary>
    public const byte AdministrativelyProhibited = 13;

    /// <summary>Whether a type is an error, about which no error may be sent (RFC 1122 section 3.2.2).</summary>
    public static bool IsError(byte type) =>
        type is DestinationUnreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;
}
