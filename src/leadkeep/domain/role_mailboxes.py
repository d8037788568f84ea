"""Mailboxes of a function, not a person: those of RFC 2142, and the usual ones of several languages."""

_RFC_2142 = """
    abuse ftp hostmaster info marketing news noc postmaster sales security support usenet uucp webmaster
    www
"""
_ENGLISH = """
    accounting accounts admin administration administrator billing bookings careers compliance contact
    contact-us contactus customer-service customercare customerservice customersupport do-not-reply
    donotreply email enquiries enquiry feedback finance frontdesk hello help helpdesk hr inquiries inquiry
    invoice invoices it jobs legal mail mailer-daemon management media newsletter no-reply noreply office
    operations orders partners payments payroll people pr press privacy purchasing reception recruiting
    recruitment reservations returns root service services shop store subscribe sysadmin team tech
    unsubscribe
"""
_GERMAN = """
    anfrage anfragen auftrag bestellung bestellungen bewerbung bewerbungen buchhaltung buero büro
    datenschutz einkauf empfang hallo karriere kontakt kundendienst kundenservice poststelle presse
    rechnung rechnungen rechnungswesen redaktion rezeption sekretariat technik termine verkauf vertrieb
    verwaltung werkstatt zentrale
"""
_FRENCH = """
    accueil achats bonjour commandes commercial commerciale compta comptabilite comptabilité devis
    direction facturation formation infos reclamations recrutement redaction rh secretariat secrétariat
    service-client serviceclient serviceclients technique ventes
"""
_SPANISH = """
    administracion administración atencion atencionalcliente atención clientes comercial compras consultas
    contabilidad contacto empleo facturacion facturación gerencia hola informacion información pedidos
    prensa recepcion recepción reservas rrhh secretaria soporte ventas
"""
_PORTUGUESE = """
    atendimento cobranca contabilidade contato diretoria faturamento faturas financeiro imprensa
    informacoes ouvidoria recepcao sac suporte vagas vendas
"""
_ITALIAN = """
    acquisti amministrazione assistenza commerciale contabilita contatti contatto direzione fatturazione
    informazioni lavoro ordini prenotazioni segreteria ufficio vendite
"""
_DUTCH = """
    administratie bestellingen boekhouding facturatie facturen inkoop klantenservice receptie vacatures
    verkoop welkom
"""

ROLE_MAILBOXES = frozenset(
    " ".join((_RFC_2142, _ENGLISH, _GERMAN, _FRENCH, _SPANISH, _PORTUGUESE, _ITALIAN, _DUTCH)).split()
)
"""Local parts in lower case, NFC."""
