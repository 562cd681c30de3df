using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using VRouter.Native;

namespace VRouter.ControlSdk.Server;

/// <summary>Finds out who connects at an address: by the kernel's word on a Unix socket, by the certificate on TLS.</summary>
internal sealed class PeerNaming
{
    private readonly Func<ConnectionContext, (string Name, ControlRole Role)> _name;

    private PeerNaming(Func<ConnectionContext, (string Name, ControlRole Role)> name) => _name = name;

    /// <summary>On a Unix socket: root and the user that this process runs as may do everything, the granted group what it was granted.</summary>
    public static PeerNaming OfUnixSocket(ControlAddress address)
    {
        (uint Id, ControlRole Role)? group = address.Grants.Count == 0 ? null : (GroupOf(address).Id, address.Grants[0].Role);

        return new PeerNaming(connection =>
        {
            PeerCredentials peer = PeerCredentials.Of(connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket);
            bool isOwner = peer.User == 0 || peer.User == PeerCredentials.OwnUser;
            ControlRole role = isOwner ? ControlRole.Write : group is { } granted && peer.Groups.Contains(granted.Id) ? granted.Role : ControlRole.None;

            return ($"uid {peer.User}, pid {peer.Process}", role);
        });
    }

    /// <summary>On TLS: a certificate that names nobody who was granted anything may do nothing; where nothing was granted, each may do everything.</summary>
    public static PeerNaming OfCertificate(ControlAddress address) => new(connection =>
    {
        X509Certificate2 certificate = connection.Features.GetRequiredFeature<ITlsConnectionFeature>().ClientCertificate!;
        string[] names = [.. CertificateNames.Of(certificate)];
        ControlRole role = address.Grants.Count == 0
            ? ControlRole.Write
            : address.Grants.Where(grant => names.Contains(grant.Name, StringComparer.OrdinalIgnoreCase)).Select(grant => grant.Role).DefaultIfEmpty().Max();

        return ($"certificate {(names.Length == 0 ? certificate.SerialNumber : names[0])}", role);
    });

    /// <summary>The group that a Unix socket is for.</summary>
    /// <exception cref="IOException">There is none of that name.</exception>
    public static UserGroup GroupOf(ControlAddress address) => UserGroup.Find(address.Grants[0].Name)
        ?? throw new IOException($"{address}: there is no group '{address.Grants[0].Name}'");

    /// <summary>Middleware of a connection: the peer becomes a feature of all its calls.</summary>
    public Func<ConnectionDelegate, ConnectionDelegate> Pacing(int requestsPerSecond) => next => connection =>
    {
        (string name, ControlRole role) = _name(connection);
        connection.Features.Set(new Peer(name, role, new Pace(requestsPerSecond, TimeProvider.System)));
        return next(connection);
    };
}
