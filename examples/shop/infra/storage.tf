# Invoices are private. Weak on purpose: no versions, no log of who reads them.
resource "aws_s3_bucket" "invoices" {
  bucket = "larkspur-shop-invoices"
}

resource "aws_s3_bucket_acl" "invoices" {
  bucket = aws_s3_bucket.invoices.id
  acl    = "private"
}
