/** Our own tokens, Bearer and Basic values, JWTs, webhook secrets, keys of S3 sessions, wherever they stand in a text. */
export const secretText =
  /\b(?:dsc|dsr|dscb|dss|dsrp|dsev|dscc|dscm)_[A-Za-z0-9._~+/=-]{8,}|whsec_[A-Za-z0-9+/=_-]{8,}|\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){0,3}|\bDSC[0-9A-F]{24}\b/gi
