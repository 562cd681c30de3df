using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using VRouter.Encap;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Reads the fields of one object of the contract. What cannot be read is noted as a problem of that object, and a default stands
/// in for it, so that the rest is looked at too.
/// </summary>
internal readonly struct ObjectScope(IMessage subject, List<V1.Problem> problems)
{
    /// <summary>The same for another object of the request.</summary>
    public ObjectScope For(IMessage other) => new(other, problems);

    public void Add(string field, string message) =>
        problems.Add(new V1.Problem { Object = ContractKey.Of(subject), Field = field, Message = message });

    /// <summary>Refuses what the contract knows and this version does not do: to ignore it could open what it was to close.</summary>
    public void RefuseIf(bool isAskedFor, string field, string what)
    {
        if (isAskedFor)
        {
            Add(field, $"{what} not supported by this version");
        }
    }

    public IpAddress? OptionalAddress(string field, string text) =>
        text.Length == 0 ? null : IpAddress.TryParse(text, out IpAddress address) ? address : Fail<IpAddress>(field, text, "an IP address");

    public IpAddress Address(string field, string text) => OptionalAddress(field, text) ?? Missing<IpAddress>(field);

    /// <summary>A prefix; an address alone is one of full length.</summary>
    public IpPrefix Prefix(string field, string text) =>
        IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix
        : text.Length == 0 ? Missing<IpPrefix>(field)
        : Fail<IpPrefix>(field, text, "an address prefix");

    /// <summary>A MAC; the zero one stands for none, so it cannot be written.</summary>
    public MacAddress OptionalMac(string field, string text) =>
        text.Length == 0 ? default
        : MacAddress.TryParse(text, out MacAddress mac) && !mac.IsZero ? mac
        : Fail<MacAddress>(field, text, "the MAC address of a station");

    public MacAddress Mac(string field, string text) => text.Length == 0 ? Missing<MacAddress>(field) : OptionalMac(field, text);

    /// <summary>A number that has to fit; 0 stands for the default where there is one.</summary>
    public int Number(string field, uint value, int last)
    {
        if (value > last)
        {
            Add(field, $"{value} is above {last}");
            return 0;
        }

        return (int)value;
    }

    /// <summary>The IANA number of a protocol.</summary>
    public byte Protocol(string field, uint value) => (byte)Number(field, value, byte.MaxValue);

    /// <summary>A port of TCP, UDP or SCTP.</summary>
    public ushort Port(string field, uint value) => (ushort)Number(field, value, ushort.MaxValue);

    /// <summary>A duration, to a tenth of a microsecond; its two numbers are to fit each other (google/protobuf/duration.proto).</summary>
    public TimeSpan Time(string field, Duration duration)
    {
        if (duration.Seconds is < Duration.MinSeconds or > Duration.MaxSeconds
            || Math.Abs((long)duration.Nanos) >= Duration.NanosecondsPerSecond
            || Math.Sign(duration.Seconds) * Math.Sign(duration.Nanos) < 0)
        {
            Add(field, $"{duration.Seconds} s and {duration.Nanos} ns are no duration");
            return default;
        }

        return duration.ToTimeSpan();
    }

    private T Missing<T>(string field) where T : struct
    {
        Add(field, "is missing");
        return default;
    }

    private T Fail<T>(string field, string text, string expected) where T : struct
    {
        Add(field, $"'{text}' is not {expected}");
        return default;
    }
}
