using System.Net;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// A pod in a network namespace: its end of the TAP set up as a container's eth0 is, a server on port 80, and clients when asked.
/// Sockets are made inside the namespace and used from outside.
/// </summary>
internal sealed class KernelPod : IDisposable
{
    /// <summary>The TAP's name inside the pod.</summary>
    public const string Device = "eth0";

    private readonly Pod _pod;
    private readonly NetworkNamespace _home;
    private readonly KernelServer _server;

    /// <summary>Gives addresses to the device, which is there and up.</summary>
    public KernelPod(Pod pod, NetworkNamespace home)
    {
        _pod = pod;
        _home = home;
        _server = home.Run(() =>
        {
            GiveAddresses();
            return new KernelServer(pod.Name, Pod.Port);
        });
    }

    public TimeSpan? Ping(IpAddress to, TimeSpan patience) =>
        _home.Run(() => KernelPing.Send(to.IsIpv6 ? _pod.Ipv6 : _pod.Ipv4, to, patience));

    public Fetch Fetch(IpAddress to, Payload payload, TimeSpan patience, Action<long> progress, CancellationToken stop) =>
        _home.Run(() => KernelClient.Fetch(new IPEndPoint(ToNet(to), Pod.Port), payload, patience, progress, stop));

    public void Dispose() => _server.Dispose();

    private void GiveAddresses()
    {
        using Netlink netlink = new();

        netlink.Links.SetUp("lo");
        AddAddress(netlink, _pod.Ipv4, _pod.Network.Gateway, Routes.Default);
        AddAddress(netlink, _pod.Ipv6, _pod.Network.Ipv6Gateway, Routes.DefaultIpv6);
    }

    /// <summary>The address alone, the gateway on the link, everything else by the gateway: as Kubernetes networks do it.</summary>
    private static void AddAddress(Netlink netlink, IpAddress address, IpAddress gateway, IPNetwork everything)
    {
        netlink.Addresses.Add(Device, ToNet(address), address.Bits);
        netlink.Routes.Add(new IPNetwork(ToNet(gateway), gateway.Bits), gateway: null, Device);
        netlink.Routes.Add(everything, ToNet(gateway), Device);
    }

    private static IPAddress ToNet(IpAddress address)
    {
        byte[] bytes = new byte[address.Bits / 8];
        address.CopyTo(bytes);
        return new IPAddress(bytes);
    }
}
