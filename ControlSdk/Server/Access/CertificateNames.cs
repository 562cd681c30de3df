using System.Security.Cryptography.X509Certificates;

namespace VRouter.ControlSdk.Server;

/// <summary>Whom a certificate names.</summary>
internal static class CertificateNames
{
    /// <summary>The common name, then the alternative DNS names and the URI (RFC 5280 sections 4.1.2.6 and 4.2.1.6).</summary>
    public static IEnumerable<string> Of(X509Certificate2 certificate)
    {
        IEnumerable<string> dns = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames());
        string[] single = [CommonNameOf(certificate), .. dns, certificate.GetNameInfo(X509NameType.UrlName, forIssuer: false)];
        return single.Where(name => name.Length > 0).Distinct();
    }

    // Not GetNameInfo, which takes another attribute where there is no common name.
    private static string CommonNameOf(X509Certificate2 certificate) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == "2.5.4.3")
        .Select(name => name.GetSingleElementValue() ?? "")
        .FirstOrDefault("");
}
